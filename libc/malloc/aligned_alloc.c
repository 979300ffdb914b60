/* aligned_alloc: memory at a multiple of a power of two. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "libc/malloc/heap.h"

/* Gives back what lies before the first suitable place, as a block of its own. */
static struct block *cut_front(struct block *block, size_t alignment)
{
    uintptr_t room = (uintptr_t)block_room(block);
    uintptr_t place = (room + alignment - 1) & -alignment;
    size_t front = place - room;
    size_t rest = block_size(block) - front;
    struct block *aligned;

    if (front == 0)
        return block;
    if (front < BLOCK_LEAST) {
        front += alignment;
        rest -= alignment;
    }
    aligned = (struct block *)((char *)block + front);
    aligned->below = front;
    aligned->size = rest;
    block_above(aligned)->below = rest;
    block->size = front;
    __block_put(block);
    return aligned;
}

void *aligned_alloc(size_t alignment, size_t bytes)
{
    size_t size = __block_size_for(bytes);
    struct block *block;

    if (alignment == 0 || (alignment & (alignment - 1)) != 0) {
        errno = EINVAL;
        return NULL;
    }
    if (alignment <= BLOCK_ALIGN)
        return malloc(bytes);
    if (size == 0)
        return NULL;
    if (alignment > BLOCK_MOST_BYTES) {
        errno = ENOMEM;
        return NULL;
    }
    __lock(&__heap_lock);
    if (size + alignment >= BLOCK_MAPPED_BYTES) {
        block = __block_map(size, alignment);
    } else {
        block = __block_get(size + alignment + BLOCK_LEAST);
        if (block) {
            block = cut_front(block, alignment);
            __block_shrink(block, size);
        }
    }
    __unlock(&__heap_lock);
    return block ? block_room(block) : NULL;
}
