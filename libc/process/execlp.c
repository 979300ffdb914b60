/* execlp: another program, sought in PATH; its arguments are listed. */
#include <alloca.h>
#include <unistd.h>

#include "libc/process/exec_list.h"

int execlp(const char *file, const char *arg, ...)
{
    char **argv;
    struct exec_list list;

    va_start(list.args, arg);
    argv = alloca(__exec_list_count(&list) * sizeof(*argv));
    __exec_list_take(argv, arg, &list);
    va_end(list.args);
    return execvp(file, argv);
}
