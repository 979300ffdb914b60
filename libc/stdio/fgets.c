/* fgets: a line, with its newline, as far as the buffer reaches. */
#include <string.h>

#include "libc/stdio/file.h"

static char *get_line(char *restrict buf, int size, FILE *restrict file)
{
    int length = 0;
    int c = 0;

    while (length < size - 1 && c != '\n') {
        c = file_getc(file);
        if (c == EOF)
            break;
        buf[length++] = (char)c;
    }
    /* Of a line that the end cuts short the piece counts, of one that a failure cuts short not. */
    if (c == EOF && (length == 0 || !(file->flags & FILE_EOF)))
        return NULL;
    buf[length] = '\0';
    return buf;
}

char *fgets(char *restrict buf, int size, FILE *restrict file)
{
    char *line;

    if (size <= 0)
        return NULL;
    __lock(&file->lock);
    line = get_line(buf, size, file);
    __unlock(&file->lock);
    return line;
}
