/* ln: gives a file one more name; with -s makes a symbolic link. link(2), symlink(2). */
#include "user/tool.h"

static int hard_link(const char *source, const char *target)
{
    return link(source, target) < 0 ? tool_fail("ln", target) : 0;
}

static int symbolic_link(const char *source, const char *target)
{
    return symlink(source, target) < 0 ? tool_fail("ln", target) : 0;
}

int main(int argc, char **argv)
{
    unsigned symbolic;
    const char *usage = "ln [-s] SOURCE TARGET, or ln [-s] SOURCE... FOLDER";
    char **operands = tool_options(argv, "s", &symbolic, usage);

    (void)argc;
    return sources_apply("ln", operands, usage, symbolic ? symbolic_link : hard_link);
}
