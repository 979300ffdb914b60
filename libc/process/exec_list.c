/* Arguments of execl and its kin. See exec_list.h. */
#include "libc/process/exec_list.h"

#include <unistd.h>

size_t __exec_list_count(const char *first, va_list args)
{
    va_list copy;
    size_t count = 1;

    va_copy(copy, args);
    for (; first; first = va_arg(copy, char *))
        count++;
    va_end(copy);
    return count;
}

char **__exec_list_fill(char **argv, const char *first, va_list args, bool has_environment)
{
    char **envp = environ;
    va_list copy;

    va_copy(copy, args);
    for (*argv = (char *)first; *argv; argv++)
        argv[1] = va_arg(copy, char *);
    if (has_environment)
        envp = va_arg(copy, char **);
    va_end(copy);
    return envp;
}
