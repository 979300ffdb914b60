/* puts: a line on stdout. */
#include "libc/stdio/file.h"

int puts(const char *text)
{
    int result = 1;

    __lock(&stdout->lock);
    if (fputs(text, stdout) == EOF || fputc('\n', stdout) == EOF)
        result = EOF;
    __unlock(&stdout->lock);
    return result;
}
