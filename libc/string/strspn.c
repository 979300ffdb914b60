/* strspn: how many characters at the start are in the set. */
#include <string.h>

size_t strspn(const char *text, const char *set)
{
    const char *place = text;

    while (*place && strchr(set, *place))
        place++;
    return (size_t)(place - text);
}
