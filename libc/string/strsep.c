/* strsep: cuts off the next field, which may be empty. */
#include <string.h>

char *strsep(char **place, const char *delimiters)
{
    char *field = *place;
    char *end;

    if (!field)
        return NULL;
    end = strpbrk(field, delimiters);
    if (end)
        *end++ = '\0';
    *place = end;
    return field;
}
