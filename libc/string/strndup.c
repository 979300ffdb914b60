/* strndup: a copy of at most `size` characters, in memory of its own. */
#include <stdlib.h>
#include <string.h>

char *strndup(const char *text, size_t size)
{
    size_t length = strnlen(text, size);
    char *copy = malloc(length + 1);

    if (!copy)
        return NULL;
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}
