/* getc: fgetc. */
#include <stdio.h>

int getc(FILE *file)
{
    return fgetc(file);
}
