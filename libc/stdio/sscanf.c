/* sscanf: formatted input from a string. */
#include <stdio.h>

int sscanf(const char *restrict text, const char *restrict format, ...)
{
    va_list args;
    int result;

    va_start(args, format);
    result = vsscanf(text, format, args);
    va_end(args);
    return result;
}
