/* malloc: memory for an object of any type. */
#include <stdlib.h>

#include "libc/malloc/heap.h"

void *malloc(size_t bytes)
{
    struct block *block;

    __lock(&__heap_lock);
    block = __block_alloc(bytes);
    __unlock(&__heap_lock);
    return block ? block_room(block) : NULL;
}
