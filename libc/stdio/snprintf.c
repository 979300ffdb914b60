/* snprintf: formatted text into a buffer, as much as fits. */
#include <stdio.h>

int snprintf(char *restrict buf, size_t size, const char *restrict format, ...)
{
    va_list args;
    int result;

    va_start(args, format);
    result = vsnprintf(buf, size, format, args);
    va_end(args);
    return result;
}
