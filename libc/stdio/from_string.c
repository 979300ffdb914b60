/* A stream that reads a string: its buffer is the string, and there is nothing behind it. */
#include <string.h>

#include "libc/stdio/file.h"

static ssize_t string_read(FILE *file, void *buf, size_t size)
{
    (void)file;
    (void)buf;
    (void)size;
    return 0;
}

void __file_from_string(FILE *file, const char *text)
{
    static const struct file_ops ops = {.read = string_read};

    *file = (struct limen_file){
        .ops = &ops,
        .fd = -1,
        .flags = FILE_READABLE,
        .mode = _IOFBF,
        .buf = (unsigned char *)text,
        .read_pos = (unsigned char *)text,
        .read_end = (unsigned char *)text + strlen(text),
    };
}
