/* strlcpy: copies as much as fits, with its NUL; returns the length it would have liked. */
#include <string.h>

size_t strlcpy(char *restrict to, const char *restrict from, size_t size)
{
    size_t length = strlen(from);

    if (size > 0) {
        size_t fits = length < size ? length : size - 1;

        memcpy(to, from, fits);
        to[fits] = '\0';
    }
    return length;
}
