/* atexit: a function to run at exit. */
#include <stdlib.h>

#include "libc/stdlib/atexit.h"

static struct exit_list list;

int atexit(void (*function)(void))
{
    return __exit_list_add(&list, function);
}

void __run_atexit(void)
{
    __exit_list_run(&list);
}
