/* reallocarray: realloc of an array, whose size is checked. */
#include <errno.h>
#include <stdlib.h>

void *reallocarray(void *room, size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return realloc(room, bytes);
}
