/* free: gives memory back; errno stays (POSIX 2024). */
#include <errno.h>
#include <stdlib.h>

#include "libc/malloc/heap.h"

void free(void *room)
{
    int error = errno;

    if (room) {
        __lock(&__heap_lock);
        __block_put(block_of(room));
        __unlock(&__heap_lock);
    }
    errno = error;
}
