/* rewind: to the start, as if nothing had failed. */
#include <stdio.h>

void rewind(FILE *file)
{
    fseek(file, 0, SEEK_SET);
    clearerr(file);
}
