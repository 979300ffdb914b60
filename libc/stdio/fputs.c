/* fputs: writes a string. */
#include <string.h>

#include "libc/stdio/file.h"

int fputs(const char *restrict text, FILE *restrict file)
{
    size_t length = strlen(text);

    return __file_write(file, text, length) == length ? 1 : EOF;
}
