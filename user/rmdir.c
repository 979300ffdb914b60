/* rmdir: removes empty folders. rmdir(2). */
#include "user/tool.h"

int main(int argc, char **argv)
{
    unsigned options;
    char **paths = tool_options(argv, "", &options, "rmdir FOLDER...");
    int status = 0;

    (void)argc;
    if (!*paths)
        tool_usage("rmdir FOLDER...");
    for (; *paths; paths++) {
        if (rmdir(*paths) < 0)
            status = tool_fail("rmdir", *paths);
    }
    return status;
}
