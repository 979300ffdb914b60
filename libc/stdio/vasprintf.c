/* vasprintf: formatted text into memory of its own. */
#include <stdio.h>
#include <stdlib.h>

int vasprintf(char **restrict place, const char *restrict format, va_list args)
{
    va_list again;
    int length;

    va_copy(again, args);
    length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    *place = NULL;
    if (length < 0)
        return -1;
    *place = malloc((size_t)length + 1);
    if (!*place)
        return -1;
    return vsnprintf(*place, (size_t)length + 1, format, args);
}
