/* execl: another program; its arguments are listed. */
#include <alloca.h>
#include <unistd.h>

#include "libc/process/exec_list.h"

int execl(const char *path, const char *arg, ...)
{
    char **argv;
    struct exec_list list;

    va_start(list.args, arg);
    argv = alloca(__exec_list_count(&list) * sizeof(*argv));
    __exec_list_take(argv, arg, &list);
    va_end(list.args);
    return execv(path, argv);
}
