/* memrchr: the last byte c of a block. */
#include <string.h>

void *memrchr(const void *block, int c, size_t size)
{
    const unsigned char *byte = block;

    while (size-- > 0) {
        if (byte[size] == (unsigned char)c)
            return (void *)(byte + size);
    }
    return NULL;
}
