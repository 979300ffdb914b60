/* memchr: the first byte c of a block. */
#include <string.h>

void *memchr(const void *block, int c, size_t size)
{
    const unsigned char *byte = block;

    for (; size > 0; size--, byte++) {
        if (*byte == (unsigned char)c)
            return (void *)byte;
    }
    return NULL;
}
