/* malloc: memory for an object of any type. */
#include <stdlib.h>

#include "libc/malloc/heap.h"

void *malloc(size_t bytes)
{
    struct block *block = __block_alloc(bytes);

    return block ? block_room(block) : NULL;
}
