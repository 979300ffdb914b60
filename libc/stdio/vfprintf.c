/* vfprintf: formatted text into a stream. */
#include <errno.h>

#include "libc/stdio/file.h"
#include "libc/stdio/format.h"

struct file_sink {
    struct format_sink sink;
    FILE *file;
};

static bool put_to_file(struct format_sink *sink, const char *text, size_t size)
{
    FILE *file = ((struct file_sink *)sink)->file;

    return size == 0 || __file_write(file, text, size) == size;
}

/* An unbuffered stream borrows a buffer, so that a message is one write. */
static int format_borrowing(struct file_sink *sink, const char *format, va_list args)
{
    unsigned char space[512];
    FILE *file = sink->file;
    unsigned char *buf = file->buf;
    size_t buf_size = file->buf_size;
    int result;

    file->buf = space;
    file->buf_size = sizeof(space);
    file->mode = _IOFBF;
    file->write_pos = file->write_end = NULL;
    result = __format(&sink->sink, format, args);
    if (file->write_end && __file_flush(file) == EOF)
        result = -1;
    file->buf = buf;
    file->buf_size = buf_size;
    file->mode = _IONBF;
    file->write_pos = file->write_end = NULL;
    return result;
}

int vfprintf(FILE *restrict file, const char *restrict format, va_list args)
{
    struct file_sink sink = {{.put = put_to_file}, file};

    int result = -1;

    __lock(&file->lock);
    if (__file_to_write(file) != EOF) {
        if (file->mode == _IONBF)
            result = format_borrowing(&sink, format, args);
        else
            result = __format(&sink.sink, format, args);
    }
    __unlock(&file->lock);
    return result;
}
