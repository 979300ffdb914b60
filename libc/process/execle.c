/* execle: another program; its arguments are listed, and then its environment given. */
#include <alloca.h>
#include <unistd.h>

#include "libc/process/exec_list.h"

int execle(const char *path, const char *arg, ...)
{
    char **argv;
    char **envp;
    struct exec_list list;

    va_start(list.args, arg);
    argv = alloca(__exec_list_count(&list) * sizeof(*argv));
    __exec_list_take(argv, arg, &list);
    envp = va_arg(list.args, char **);
    va_end(list.args);
    return execve(path, argv, envp);
}
