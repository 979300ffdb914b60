/* fputs: writes a string. */
#include <stdio.h>
#include <string.h>

int fputs(const char *restrict text, FILE *restrict file)
{
    size_t length = strlen(text);

    return fwrite(text, 1, length, file) == length ? 1 : EOF;
}
