/* fscanf: formatted input from a stream. */
#include <stdio.h>

int fscanf(FILE *restrict file, const char *restrict format, ...)
{
    va_list args;
    int result;

    va_start(args, format);
    result = vfscanf(file, format, args);
    va_end(args);
    return result;
}
