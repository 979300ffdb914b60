/* fsetpos: back to a place. */
#include <stdio.h>

int fsetpos(FILE *file, const fpos_t *position)
{
    return fseeko(file, *position, SEEK_SET);
}
