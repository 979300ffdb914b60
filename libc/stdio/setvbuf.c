/* setvbuf: how a stream buffers. To be called before its first use. */
#include <stdlib.h>

#include "libc/stdio/file.h"

/* A caller's buffer gives its first bytes to ungetc; one too small for that is not used. */
static int buf_replace(FILE *file, char *buf, size_t size)
{
    unsigned char *space = (unsigned char *)buf;

    if (!buf) {
        space = malloc(UNGET_BYTES + size);
        if (!space)
            return EOF;
    } else if (size <= UNGET_BYTES) {
        return 0;
    } else {
        size -= UNGET_BYTES;
    }
    if (file->flags & FILE_OWNS_BUF)
        free(file->buf - UNGET_BYTES);
    file->flags &= ~FILE_OWNS_BUF;
    if (!buf)
        file->flags |= FILE_OWNS_BUF;
    file->buf = space + UNGET_BYTES;
    file->buf_size = size;
    return 0;
}

int setvbuf(FILE *restrict file, char *restrict buf, int mode, size_t size)
{
    if (mode != _IOFBF && mode != _IOLBF && mode != _IONBF)
        return EOF;
    if (fflush(file) == EOF)
        return EOF;
    if (mode != _IONBF && !buf && file->buf_size == 0)
        size = size ? size : BUFSIZ;
    if (mode != _IONBF && size > 0 && file->read_pos == file->read_end &&
        buf_replace(file, buf, size) == EOF)
        return EOF;
    file->flags &= ~FILE_CHOOSE_MODE;
    file->mode = mode;
    file->write_pos = file->write_end = NULL;
    if (file->read_pos == file->read_end)
        file->read_pos = file->read_end = NULL;
    return 0;
}
