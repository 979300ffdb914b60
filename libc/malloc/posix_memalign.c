/* posix_memalign: memory at a multiple of a power of two. It returns the error number. */
#include <errno.h>
#include <stdlib.h>

int posix_memalign(void **place, size_t alignment, size_t bytes)
{
    int error = errno;
    void *room;

    if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0)
        return EINVAL;
    room = aligned_alloc(alignment, bytes);
    errno = error;
    if (!room)
        return ENOMEM;
    *place = room;
    return 0;
}
