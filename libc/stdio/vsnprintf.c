/* vsnprintf: formatted text into a buffer, as much as fits. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "libc/stdio/format.h"

struct buf_sink {
    struct format_sink sink;
    char *buf;
    size_t size; /* without the NUL */
    size_t used;
};

static bool put_to_buf(struct format_sink *sink, const char *text, size_t size)
{
    struct buf_sink *to = (struct buf_sink *)sink;
    size_t room = to->size - to->used;

    if (size > room)
        size = room;
    memcpy(to->buf + to->used, text, size);
    to->used += size;
    return true;
}

int vsnprintf(char *restrict buf, size_t size, const char *restrict format, va_list args)
{
    char nothing;
    struct buf_sink sink = {{.put = put_to_buf}, size ? buf : &nothing, size ? size - 1 : 0, 0};
    int result = __format(&sink.sink, format, args);

    sink.buf[sink.used] = '\0';
    return result;
}
