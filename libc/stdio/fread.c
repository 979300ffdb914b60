/* fread: so many objects of a size. */
#include <errno.h>
#include <string.h>

#include "libc/stdio/file.h"

/* What is buffered, then large pieces directly, then the rest through the buffer. */
static size_t read_bytes(FILE *file, unsigned char *to, size_t size)
{
    size_t done = 0;

    while (done < size) {
        size_t ready = (size_t)(file->read_end - file->read_pos);
        int c;

        if (ready > size - done)
            ready = size - done;
        memcpy(to + done, file->read_pos, ready);
        file->read_pos += ready;
        done += ready;
        if (done == size)
            break;
        c = __file_underflow(file);
        if (c == EOF)
            break;
        to[done++] = (unsigned char)c;
    }
    return done;
}

size_t fread(void *restrict buf, size_t size, size_t count, FILE *restrict file)
{
    size_t bytes;

    if (__builtin_mul_overflow(size, count, &bytes)) {
        errno = EOVERFLOW;
        return 0;
    }
    if (bytes == 0 || __file_to_read(file) == EOF)
        return 0;
    return read_bytes(file, buf, bytes) / size;
}
