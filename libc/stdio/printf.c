/* printf: formatted text on stdout. */
#include <stdio.h>

int printf(const char *restrict format, ...)
{
    va_list args;
    int result;

    va_start(args, format);
    result = vfprintf(stdout, format, args);
    va_end(args);
    return result;
}
