/* The life of a stream, and the turning of its buffer. The picture is in file.h. */
#include "libc/stdio/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

FILE *__file_new(unsigned int flags)
{
    FILE *file = calloc(1, sizeof(*file) + UNGET_BYTES + BUFSIZ);

    if (!file)
        return NULL;
    file->ops = &__file_fd_ops;
    file->fd = -1;
    file->flags = flags | FILE_CHOOSE_MODE;
    file->mode = _IOFBF;
    file->buf = (unsigned char *)(file + 1) + UNGET_BYTES;
    file->buf_size = BUFSIZ;
    return file;
}

void __file_free(FILE *file)
{
    if (file->flags & FILE_OWNS_BUF)
        free(file->buf - UNGET_BYTES);
    if (!(file->flags & FILE_STATIC))
        free(file);
}

/* A failed operation on the stream itself, as a write to one that only reads. */
static int file_refuse(FILE *file)
{
    file->flags |= FILE_ERROR;
    errno = EBADF;
    return EOF;
}

int __file_to_read(FILE *file)
{
    if (!(file->flags & FILE_READABLE))
        return file_refuse(file);
    if (file->write_end && __file_flush(file) == EOF)
        return EOF;
    file->write_pos = file->write_end = NULL;
    if (!file->read_end)
        file->read_pos = file->read_end = file->buf;
    return 0;
}

/* errno stays: the message that is to be written may be about it. */
static void file_choose_mode(FILE *file)
{
    int error = errno;

    file->flags &= ~FILE_CHOOSE_MODE;
    if (file->fd >= 0 && isatty(file->fd))
        file->mode = _IOLBF;
    errno = error;
}

int __file_to_write(FILE *file)
{
    if (!(file->flags & FILE_WRITABLE))
        return file_refuse(file);
    if (file->read_end) {
        /* The descriptor is ahead by what was read and not used. */
        if (file->read_pos != file->read_end)
            file->ops->seek(file, file->read_pos - file->read_end, SEEK_CUR);
        file->read_pos = file->read_end = NULL;
    }
    if (file->flags & FILE_CHOOSE_MODE)
        file_choose_mode(file);
    if (!file->write_end) {
        file->write_pos = file->buf;
        file->write_end = file->buf + (file->mode == _IONBF ? 0 : file->buf_size);
    }
    return 0;
}

ssize_t __file_read(FILE *file, void *buf, size_t size)
{
    ssize_t count;

    if (file->flags & FILE_EOF)
        return 0;
    /* A prompt without a newline shall be seen before its answer is waited for. (Who has stdout now
     * is not waited for: it may be waiting for this stream.) */
    if (file->fd >= 0 && stdout->mode == _IOLBF && __lock_try(&stdout->lock)) {
        __file_sync(stdout);
        __unlock(&stdout->lock);
    }
    count = file->ops->read(file, buf, size);
    if (count <= 0)
        file->flags |= count == 0 ? FILE_EOF : FILE_ERROR;
    return count;
}

int __file_underflow(FILE *file)
{
    ssize_t count;

    if (__file_to_read(file) == EOF)
        return EOF;
    if (file->read_pos < file->read_end)
        return *file->read_pos++;
    count = __file_read(file, file->buf, file->mode == _IONBF ? 1 : file->buf_size);
    if (count <= 0)
        return EOF;
    file->read_pos = file->buf;
    file->read_end = file->buf + count;
    return *file->read_pos++;
}

/* All of it, however many writes that takes; how much got out. */
static size_t file_write_out(FILE *file, const unsigned char *data, size_t size)
{
    size_t done = 0;

    while (done < size) {
        ssize_t count = file->ops->write(file, data + done, size - done);

        if (count < 0) {
            file->flags |= FILE_ERROR;
            break;
        }
        done += (size_t)count;
    }
    return done;
}

/* What can't be written is lost: a stream that failed doesn't fail again with the same bytes. */
int __file_flush(FILE *file)
{
    size_t size = file->write_end ? (size_t)(file->write_pos - file->buf) : 0;

    if (size == 0)
        return 0;
    file->write_pos = file->buf;
    return file_write_out(file, file->buf, size) == size ? 0 : EOF;
}

size_t __file_write(FILE *file, const void *data, size_t size)
{
    if (__file_to_write(file) == EOF)
        return 0;
    if (size > (size_t)(file->write_end - file->write_pos)) {
        if (__file_flush(file) == EOF)
            return 0;
        if (size > (size_t)(file->write_end - file->write_pos))
            return file_write_out(file, data, size);
    }
    memcpy(file->write_pos, data, size);
    file->write_pos += size;
    if (file->mode == _IOLBF && memchr(data, '\n', size) && __file_flush(file) == EOF)
        return 0;
    return size;
}
