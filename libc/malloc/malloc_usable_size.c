/* malloc_usable_size: how much there really is. */
#include <stdlib.h>

#include "libc/malloc/heap.h"

size_t malloc_usable_size(void *room)
{
    return room ? block_size(block_of(room)) - BLOCK_HEADER : 0;
}
