/* calloc: memory for an array, all zeros. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libc/malloc/heap.h"

void *calloc(size_t count, size_t size)
{
    struct block *block;
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    __lock(&__heap_lock);
    block = __block_alloc(bytes);
    __unlock(&__heap_lock);
    if (!block)
        return NULL;
    /* A fresh mapping is zero already. */
    if (!(block->size & BLOCK_MAPPED))
        memset(block_room(block), 0, bytes);
    return block_room(block);
}
