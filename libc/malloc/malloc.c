/* malloc: memory for an object of any type. */
#include <stdlib.h>

#include "libc/malloc/heap.h"

void *malloc(size_t bytes)
{
    size_t size = __block_size_for(bytes);
    struct block *block;

    if (size == 0)
        return NULL;
    block = size < BLOCK_MAPPED_BYTES ? __block_get(size) : __block_map(size, BLOCK_ALIGN);
    return block ? block_room(block) : NULL;
}
