/* dprintf: formatted text to a descriptor. */
#include <stdio.h>

int dprintf(int fd, const char *restrict format, ...)
{
    va_list args;
    int result;

    va_start(args, format);
    result = vdprintf(fd, format, args);
    va_end(args);
    return result;
}
