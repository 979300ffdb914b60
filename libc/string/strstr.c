/* strstr: where a piece first lies in a string. */
#include <string.h>

char *strstr(const char *text, const char *piece)
{
    size_t length = strlen(piece);

    for (; strncmp(text, piece, length) != 0; text++) {
        if (!*text)
            return NULL;
    }
    return (char *)text;
}
