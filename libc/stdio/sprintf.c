/* sprintf: formatted text into a buffer that the caller believes to be large enough. */
#include <stdio.h>

int sprintf(char *restrict buf, const char *restrict format, ...)
{
    va_list args;
    int result;

    va_start(args, format);
    result = vsprintf(buf, format, args);
    va_end(args);
    return result;
}
