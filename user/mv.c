/* mv: gives files another name or folder. rename(2); it doesn't copy between file systems. */
#include "user/tool.h"

static int file_move(const char *source, const char *target)
{
    return rename(source, target) < 0 ? tool_fail("mv", source) : 0;
}

int main(int argc, char **argv)
{
    unsigned options;
    const char *usage = "mv SOURCE TARGET, or mv SOURCE... FOLDER";
    char **operands = tool_options(argv, "f", &options, usage);

    (void)argc;
    return sources_apply("mv", operands, usage, file_move);
}
