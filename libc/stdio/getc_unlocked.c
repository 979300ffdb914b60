/* getc_unlocked: fgetc. */
#include <stdio.h>

int getc_unlocked(FILE *file)
{
    return fgetc(file);
}
