/* execl: another program; its arguments are listed. */
#include <alloca.h>
#include <unistd.h>

#include "libc/process/exec_list.h"

int execl(const char *path, const char *arg, ...)
{
    char **argv;
    va_list args;

    va_start(args, arg);
    argv = alloca(__exec_list_count(arg, args) * sizeof(*argv));
    __exec_list_fill(argv, arg, args, false);
    va_end(args);
    return execv(path, argv);
}
