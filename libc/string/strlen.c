/* strlen: how many characters before the NUL. */
#include <string.h>

size_t strlen(const char *text)
{
    const char *end = text;

    while (*end)
        end++;
    return (size_t)(end - text);
}
