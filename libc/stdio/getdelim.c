/* getdelim: a line of any length, ended by any character, in a buffer that grows. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "libc/stdio/file.h"

static int buf_reserve(char **place, size_t *size, size_t needed)
{
    size_t larger = *size < 60 ? 120 : *size * 2;
    char *buf;

    if (*place && needed <= *size)
        return 0;
    if (larger < needed)
        larger = needed;
    buf = realloc(*place, larger);
    if (!buf)
        return -1;
    *place = buf;
    *size = larger;
    return 0;
}

static ssize_t get_record(char **place, size_t *size, int delimiter, FILE *file)
{
    size_t length = 0;
    int c;

    do {
        if (buf_reserve(place, size, length + 2) < 0)
            return -1;
        c = file_getc(file);
        if (c == EOF)
            break;
        (*place)[length++] = (char)c;
    } while (c != delimiter);
    if (c == EOF && (length == 0 || !(file->flags & FILE_EOF)))
        return -1;
    (*place)[length] = '\0';
    return (ssize_t)length;
}

ssize_t getdelim(char **restrict place, size_t *restrict size, int delimiter, FILE *restrict file)
{
    ssize_t length;

    if (!place || !size) {
        errno = EINVAL;
        return -1;
    }
    if (!*place)
        *size = 0;
    __lock(&file->lock);
    length = get_record(place, size, delimiter, file);
    __unlock(&file->lock);
    return length;
}
