/* scanf: formatted input from stdin. */
#include <stdio.h>

int scanf(const char *restrict format, ...)
{
    va_list args;
    int result;

    va_start(args, format);
    result = vfscanf(stdin, format, args);
    va_end(args);
    return result;
}
