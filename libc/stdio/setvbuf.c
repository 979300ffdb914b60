/* setvbuf: how a stream buffers. To be called before its first use. */
#include <stdint.h>
#include <stdlib.h>

#include "libc/stdio/file.h"

/* Another buffer; the old one is freed if it was allocated here. */
static void buf_replace(FILE *file, unsigned char *space, size_t size, unsigned int owned)
{
    if (file->flags & FILE_OWNS_BUF)
        free(file->buf - UNGET_BYTES);
    file->flags = (file->flags & ~FILE_OWNS_BUF) | owned;
    file->buf = space + UNGET_BYTES;
    file->buf_size = size;
}

/* A caller's buffer gives its first bytes to ungetc; one too small for that is not used. */
static int buf_set(FILE *file, char *buf, size_t size)
{
    unsigned char *space;

    if (buf) {
        if (size > UNGET_BYTES)
            buf_replace(file, (unsigned char *)buf, size - UNGET_BYTES, 0);
        return 0;
    }
    if (size > SIZE_MAX - UNGET_BYTES)
        return EOF;
    space = malloc(UNGET_BYTES + size);
    if (!space)
        return EOF;
    buf_replace(file, space, size, FILE_OWNS_BUF);
    return 0;
}

static int file_set_buffering(FILE *file, char *buf, int mode, size_t size)
{
    if (__file_sync(file) == EOF)
        return EOF;
    if (mode != _IONBF && !buf && file->buf_size == 0)
        size = size ? size : BUFSIZ;
    if (mode != _IONBF && size > 0 && file->read_pos == file->read_end &&
        buf_set(file, buf, size) == EOF)
        return EOF;
    file->flags &= ~FILE_CHOOSE_MODE;
    file->mode = mode;
    file->write_pos = file->write_end = NULL;
    if (file->read_pos == file->read_end)
        file->read_pos = file->read_end = NULL;
    return 0;
}

int setvbuf(FILE *restrict file, char *restrict buf, int mode, size_t size)
{
    int result;

    if (mode != _IOFBF && mode != _IOLBF && mode != _IONBF)
        return EOF;
    __lock(&file->lock);
    result = file_set_buffering(file, buf, mode, size);
    __unlock(&file->lock);
    return result;
}
