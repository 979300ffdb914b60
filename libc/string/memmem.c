/* memmem: where a piece first lies in a block. */
#include <string.h>

void *memmem(const void *block, size_t size, const void *piece, size_t piece_size)
{
    const char *place = block;

    for (; size >= piece_size; place++, size--) {
        if (memcmp(place, piece, piece_size) == 0)
            return (void *)place;
    }
    return NULL;
}
