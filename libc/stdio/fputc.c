/* fputc: writes a character. */
#include "libc/stdio/file.h"

int fputc(int c, FILE *file)
{
    int result;

    __lock(&file->lock);
    result = putc_unlocked(c, file);
    __unlock(&file->lock);
    return result;
}
