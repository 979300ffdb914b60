/* open_memstream: a stream that writes into memory, which grows. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "libc/stdio/file.h"

struct memory {
    char **place;
    size_t *size;
    char *data;
    size_t room;
    off_t position;
    off_t end;
};

/* The caller may look after each flush; behind the text there is always a NUL. */
static void memory_show(struct memory *memory)
{
    *memory->place = memory->data;
    *memory->size = (size_t)(memory->position < memory->end ? memory->position : memory->end);
}

static ssize_t memory_write(FILE *file, const void *buf, size_t size)
{
    struct memory *memory = file->cookie;
    size_t needed = (size_t)memory->position + size + 1;

    if (needed > memory->room) {
        size_t room = needed > 2 * memory->room ? needed : 2 * memory->room;
        char *larger = realloc(memory->data, room);

        if (!larger)
            return -1;
        memset(larger + memory->room, 0, room - memory->room);
        memory->data = larger;
        memory->room = room;
    }
    memcpy(memory->data + memory->position, buf, size);
    memory->position += (off_t)size;
    if (memory->position > memory->end)
        memory->end = memory->position;
    memory_show(memory);
    return (ssize_t)size;
}

static off_t memory_seek(FILE *file, off_t offset, int whence)
{
    struct memory *memory = file->cookie;
    off_t from = whence == SEEK_CUR ? memory->position : whence == SEEK_END ? memory->end : 0;

    if (whence < SEEK_SET || whence > SEEK_END || offset < -from || offset > (1L << 40) - from) {
        errno = EINVAL;
        return -1;
    }
    memory->position = from + offset;
    memory_show(memory);
    return memory->position;
}

static int memory_close(FILE *file)
{
    memory_show(file->cookie);
    free(file->cookie);
    return 0;
}

FILE *open_memstream(char **place, size_t *size)
{
    static const struct file_ops ops = {
        .write = memory_write,
        .seek = memory_seek,
        .close = memory_close,
    };
    struct memory *memory = calloc(1, sizeof(*memory));
    FILE *file = __file_new(FILE_WRITABLE);

    if (!memory || !file)
        goto free_both;
    *memory = (struct memory){.place = place, .size = size, .data = calloc(1, 1), .room = 1};
    if (!memory->data)
        goto free_both;
    memory_show(memory);
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
