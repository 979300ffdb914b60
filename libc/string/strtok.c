/* strtok: strtok_r with a place of its own. */
#include <string.h>

char *strtok(char *restrict text, const char *restrict delimiters)
{
    static char *place;

    return strtok_r(text, delimiters, &place);
}
