/* strpbrk: the first character that is in the set. */
#include <string.h>

char *strpbrk(const char *text, const char *set)
{
    text += strcspn(text, set);
    return *text ? (char *)text : NULL;
}
