/* realloc: another size for a piece of memory, in place if possible. */
#include <stdlib.h>
#include <string.h>

#include "libc/malloc/heap.h"

/* Whether the block has the size now, without having moved. */
static bool resize_in_place(struct block *block, size_t size)
{
    size_t have = block_size(block);

    /* A mapping that would be mostly unused is worth a copy. */
    if (have >= size && !((block->size & BLOCK_MAPPED) && size < have / 2)) {
        __block_shrink(block, size);
        return true;
    }
    return __block_extend(block, size);
}

void *realloc(void *room, size_t bytes)
{
    struct block *block;
    size_t size, have;
    void *other;
    bool done;

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
    __lock(&__heap_lock);
    done = resize_in_place(block, size);
    __unlock(&__heap_lock);
    if (done)
        return room;
    other = malloc(bytes);
    if (!other)
        return NULL;
    memcpy(other, room, have - BLOCK_HEADER < bytes ? have - BLOCK_HEADER : bytes);
    free(room);
    return other;
}
