/* Arguments of execl and its kin. See exec_list.h. */
#include "libc/process/exec_list.h"

size_t __exec_list_count(va_list *args)
{
    va_list copy;
    size_t count = 2;

    va_copy(copy, *args);
    while (va_arg(copy, char *))
        count++;
    va_end(copy);
    return count;
}

void __exec_list_take(char **argv, const char *first, va_list *args)
{
    *argv = (char *)first;
    while (*argv)
        *++argv = va_arg(*args, char *);
}
