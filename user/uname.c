/* uname: the name of the system. uname(2). */
#include <sys/utsname.h>

#include "user/tool.h"

int main(int argc, char **argv)
{
    enum {
        ALL = 1,
        FIRST_FIELD = 2
    };
    unsigned options;
    struct utsname names;
    char **operands = tool_options(argv, "asnrvm", &options, "uname [-asnrvm]");

    (void)argc;
    if (*operands)
        tool_usage("uname [-asnrvm]");
    if (uname(&names) < 0)
        return tool_fail("uname", "uname");

    const char *fields[] = {names.sysname, names.nodename, names.release, names.version,
                            names.machine};
    bool printed = false;

    for (int i = 0; i < 5; i++) {
        bool wanted = options == 0 ? i == 0 : (options & ALL) || (options & (FIRST_FIELD << i));

        if (wanted)
            printf(printed ? " %s" : "%s", fields[i]);
        printed |= wanted;
    }
    putchar('\n');
    return tool_finish("uname", 0);
}
