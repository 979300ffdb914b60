/* memccpy: copies up to and including the first byte c; returns the place after it. */
#include <string.h>

void *memccpy(void *restrict to, const void *restrict from, int c, size_t size)
{
    const void *end = memchr(from, c, size);

    if (!end) {
        memcpy(to, from, size);
        return NULL;
    }
    size = (size_t)((const char *)end - (const char *)from) + 1;
    return mempcpy(to, from, size);
}
