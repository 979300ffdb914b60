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

ssize_t getdelim(char **restrict place, size_t *restrict size, int delimiter, FILE *restrict file)
{
    size_t length = 0;
    int c;

    if (!place || !size) {
        errno = EINVAL;
        return -1;
    }
    if (!*place)
        *size = 0;
    do {
        if (buf_reserve(place, size, length + 2) < 0)
            return -1;
        c = fgetc(file);
        if (c == EOF)
            break;
        (*place)[length++] = (char)c;
    } while (c != delimiter);
    if (c == EOF && (length == 0 || !(file->flags & FILE_EOF)))
        return -1;
    (*place)[length] = '\0';
    return (ssize_t)length;
}
