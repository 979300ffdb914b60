/* asprintf: formatted text into memory of its own. */
#include <stdio.h>

int asprintf(char **restrict place, const char *restrict format, ...)
{
    va_list args;
    int result;

    va_start(args, format);
    result = vasprintf(place, format, args);
    va_end(args);
    return result;
}
