/* strtok_r: cuts off the next word, which is never empty. */
#include <string.h>

char *strtok_r(char *restrict text, const char *restrict delimiters, char **restrict place)
{
    if (!text)
        text = *place;
    text += strspn(text, delimiters);
    *place = text + strcspn(text, delimiters);
    if (!*text)
        return NULL;
    if (**place)
        *(*place)++ = '\0';
    return text;
}
