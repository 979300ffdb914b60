/* vsprintf: formatted text into a buffer that the caller believes to be large enough. */
#include <limits.h>
#include <stdint.h>
#include <stdio.h>

int vsprintf(char *restrict buf, const char *restrict format, va_list args)
{
    size_t most = SIZE_MAX - (uintptr_t)buf;

    return vsnprintf(buf, most < INT_MAX ? most : (size_t)INT_MAX + 1, format, args);
}
