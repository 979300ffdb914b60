/* quick_exit: the functions of at_quick_exit, the end. */
#include <stdlib.h>

#include "libc/stdlib/atexit.h"

static struct exit_list list;

int at_quick_exit(void (*function)(void))
{
    return __exit_list_add(&list, function);
}

_Noreturn void quick_exit(int status)
{
    __exit_list_run(&list);
    _Exit(status);
}
