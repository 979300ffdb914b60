/* execle: another program; its arguments are listed, and then its environment given. */
#include <alloca.h>
#include <unistd.h>

#include "libc/process/exec_list.h"

int execle(const char *path, const char *arg, ...)
{
    char **argv;
    char **envp;
    va_list args;

    va_start(args, arg);
    argv = alloca(__exec_list_count(arg, args) * sizeof(*argv));
    envp = __exec_list_fill(argv, arg, args, true);
    va_end(args);
    return execve(path, argv, envp);
}
