/* realloc: another size for a piece of memory, in place if possible. */
#include <stdlib.h>
#include <string.h>

#include "libc/malloc/heap.h"

void *realloc(void *room, size_t bytes)
{
    struct block *block;
    size_t size, have;
    void *other;

    if (!room)
        return malloc(bytes);
    if (bytes == 0) {
        free(room);
        return NULL;
    }
    block = block_of(room);
    size = __block_size_for(bytes);
    if (size == 0)
        return NULL;
    have = block_size(block);
    /* A mapping that would be mostly unused is worth a copy. */
    if (have >= size && !((block->size & BLOCK_MAPPED) && size < have / 2)) {
        __block_shrink(block, size);
        return room;
    }
    if (__block_extend(block, size))
        return room;
    other = malloc(bytes);
    if (!other)
        return NULL;
    memcpy(other, room, have - BLOCK_HEADER < bytes ? have - BLOCK_HEADER : bytes);
    free(room);
    return other;
}
