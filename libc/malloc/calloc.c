/* calloc: memory for an array, all zeros. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libc/malloc/heap.h"

void *calloc(size_t count, size_t size)
{
    size_t bytes;
    void *room;

    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    room = malloc(bytes);
    /* A fresh mapping is zero already. */
    if (room && !(block_of(room)->size & BLOCK_MAPPED))
        memset(room, 0, bytes);
    return room;
}
