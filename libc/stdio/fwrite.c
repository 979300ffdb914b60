/* fwrite: so many objects of a size. */
#include <errno.h>

#include "libc/stdio/file.h"

size_t fwrite(const void *restrict buf, size_t size, size_t count, FILE *restrict file)
{
    size_t bytes;
    size_t done;

    if (__builtin_mul_overflow(size, count, &bytes)) {
        errno = EOVERFLOW;
        return 0;
    }
    if (bytes == 0)
        return 0;
    __lock(&file->lock);
    done = __file_write(file, buf, bytes);
    __unlock(&file->lock);
    return done / size;
}
