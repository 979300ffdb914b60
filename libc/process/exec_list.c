/* Arguments of execl and its kin. See exec_list.h. */
#include "libc/process/exec_list.h"

size_t __exec_list_count(struct exec_list *list)
{
    va_list copy;
    size_t count = 2;

    va_copy(copy, list->args);
    while (va_arg(copy, char *))
        count++;
    va_end(copy);
    return count;
}

void __exec_list_take(char **argv, const char *first, struct exec_list *list)
{
    *argv = (char *)first;
    while (*argv)
        *++argv = va_arg(list->args, char *);
}
