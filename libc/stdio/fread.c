/* fread: so many objects of a size. */
#include <errno.h>
#include <string.h>

#include "libc/stdio/file.h"

/* As much as is buffered. */
static size_t take_buffered(FILE *file, unsigned char *to, size_t size)
{
    size_t ready = (size_t)(file->read_end - file->read_pos);

    if (ready > size)
        ready = size;
    memcpy(to, file->read_pos, ready);
    file->read_pos += ready;
    return ready;
}

/* What is buffered, large pieces directly, and the rest through the buffer. */
static size_t read_bytes(FILE *file, unsigned char *to, size_t size)
{
    size_t done = take_buffered(file, to, size);

    while (done < size && size - done >= file->buf_size) {
        ssize_t count = __file_read(file, to + done, size - done);

        if (count <= 0)
            return done;
        done += (size_t)count;
    }
    while (done < size) {
        int c = __file_underflow(file);

        if (c == EOF)
            break;
        to[done++] = (unsigned char)c;
        done += take_buffered(file, to + done, size - done);
    }
    return done;
}

size_t fread(void *restrict buf, size_t size, size_t count, FILE *restrict file)
{
    size_t bytes;
    size_t done = 0;

    if (__builtin_mul_overflow(size, count, &bytes)) {
        errno = EOVERFLOW;
        return 0;
    }
    if (bytes == 0)
        return 0;
    __lock(&file->lock);
    if (__file_to_read(file) != EOF)
        done = read_bytes(file, buf, bytes);
    __unlock(&file->lock);
    return done / size;
}
