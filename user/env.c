/*
 * env: prints the environment, or runs a command in a changed one: `-i` begins with an empty one,
 * `NAME=VALUE` adds to it. environ(7), putenv(3), execvp(3).
 */
#define _GNU_SOURCE
#include "user/tool.h"

static int environment_print(void)
{
    for (char **entry = environ; *entry; entry++)
        puts(*entry);
    return tool_finish("env", 0);
}

int main(int argc, char **argv)
{
    static char *empty[] = {NULL};
    unsigned ignore;
    char **arguments = tool_options(argv, "i", &ignore, "env [-i] [NAME=VALUE]... [COMMAND...]");

    (void)argc;
    if (ignore)
        environ = empty;
    for (; *arguments && strchr(*arguments, '='); arguments++) {
        if (putenv(*arguments) != 0)
            return tool_fail("env", *arguments);
    }
    if (!*arguments)
        return environment_print();
    execvp(arguments[0], arguments);

    int status = errno == ENOENT ? 127 : 126;

    tool_fail("env", arguments[0]);
    return status;
}
