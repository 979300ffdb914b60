/* fprintf: formatted text into a stream. */
#include <stdio.h>

int fprintf(FILE *restrict file, const char *restrict format, ...)
{
    va_list args;
    int result;

    va_start(args, format);
    result = vfprintf(file, format, args);
    va_end(args);
    return result;
}
