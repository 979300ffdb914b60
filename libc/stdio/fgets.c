/* fgets: a line, with its newline, as far as the buffer reaches. */
#include <string.h>

#include "libc/stdio/file.h"

char *fgets(char *restrict buf, int size, FILE *restrict file)
{
    int length = 0;
    int c = 0;

    if (size <= 0)
        return NULL;
    while (length < size - 1 && c != '\n') {
        c = fgetc(file);
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
