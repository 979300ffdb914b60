/* strcasestr: strstr that takes small and capital letters for the same. */
#include <string.h>

char *strcasestr(const char *text, const char *piece)
{
    size_t length = strlen(piece);

    for (; strncasecmp(text, piece, length) != 0; text++) {
        if (!*text)
            return NULL;
    }
    return (char *)text;
}
