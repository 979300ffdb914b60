/* fgetpos: a place to come back to. */
#include <stdio.h>

int fgetpos(FILE *restrict file, fpos_t *restrict position)
{
    *position = ftello(file);
    return *position < 0 ? -1 : 0;
}
