/* fmemopen: a stream on the caller's memory, of fixed size. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "libc/stdio/file.h"

struct memory {
    char *data;
    size_t size;     /* of data */
    size_t end;      /* of what is in it */
    size_t position; /* of the next read or write */
    bool owned;
    bool appends;
};

static ssize_t memory_read(FILE *file, void *buf, size_t size)
{
    struct memory *memory = file->cookie;
    size_t left = memory->position < memory->end ? memory->end - memory->position : 0;

    if (size > left)
        size = left;
    memcpy(buf, memory->data + memory->position, size);
    memory->position += size;
    return (ssize_t)size;
}

static ssize_t memory_write(FILE *file, const void *buf, size_t size)
{
    struct memory *memory = file->cookie;
    size_t left;

    if (memory->appends)
        memory->position = memory->end;
    left = memory->size - memory->position;
    if (left == 0) {
        errno = ENOSPC;
        return -1;
    }
    if (size > left)
        size = left;
    memcpy(memory->data + memory->position, buf, size);
    memory->position += size;
    if (memory->position > memory->end) {
        memory->end = memory->position;
        if (memory->end < memory->size)
            memory->data[memory->end] = '\0';
    }
    return (ssize_t)size;
}

static off_t memory_seek(FILE *file, off_t offset, int whence)
{
    struct memory *memory = file->cookie;
    off_t from = (off_t)(whence == SEEK_CUR   ? memory->position
                         : whence == SEEK_END ? memory->end
                                              : 0);

    if (whence < SEEK_SET || whence > SEEK_END || offset < -from ||
        offset > (off_t)memory->size - from) {
        errno = EINVAL;
        return -1;
    }
    memory->position = (size_t)(from + offset);
    return from + offset;
}

static int memory_close(FILE *file)
{
    struct memory *memory = file->cookie;

    if (memory->owned)
        free(memory->data);
    free(memory);
    return 0;
}

FILE *fmemopen(void *restrict buf, size_t size, const char *restrict mode)
{
    static const struct file_ops ops = {memory_read, memory_write, memory_seek, memory_close};
    int flags = __file_parse_mode(mode);
    struct memory *memory;
    FILE *file;

    if (flags < 0)
        return NULL;
    memory = calloc(1, sizeof(*memory));
    file = __file_new(__file_mode_flags(flags));
    if (!memory || !file)
        goto free_both;
    *memory = (struct memory){.data = buf, .size = size, .appends = (flags & O_APPEND) != 0};
    if (!buf) {
        memory->data = calloc(1, size ? size : 1);
        memory->owned = true;
    }
    if (!memory->data)
        goto free_both;
    if ((flags & O_TRUNC) && size > 0)
        memory->data[0] = '\0';
    memory->end = *mode == 'r' ? size : strnlen(memory->data, size);
    memory->position = memory->appends ? memory->end : 0;
    file->ops = &ops;
    file->cookie = memory;
    file->flags &= ~(unsigned int)FILE_CHOOSE_MODE;
    __file_link(file);
    return file;

free_both:
    free(memory);
    free(file);
    return NULL;
}
