/* putc_unlocked: fputc. */
#include <stdio.h>

int putc_unlocked(int c, FILE *file)
{
    return fputc(c, file);
}
