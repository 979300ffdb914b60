/* strncat: appends at most `size` characters, and a NUL. */
#include <string.h>

char *strncat(char *restrict to, const char *restrict from, size_t size)
{
    char *end = to + strlen(to);
    size_t length = strnlen(from, size);

    memcpy(end, from, length);
    end[length] = '\0';
    return to;
}
