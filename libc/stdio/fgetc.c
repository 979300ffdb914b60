/* fgetc: the next character, or EOF. */
#include "libc/stdio/file.h"

int fgetc(FILE *file)
{
    int c;

    __lock(&file->lock);
    c = file_getc(file);
    __unlock(&file->lock);
    return c;
}
