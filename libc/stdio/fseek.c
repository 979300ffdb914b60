/* fseek: fseeko, whose offset is a long as well. */
#include <stdio.h>

int fseek(FILE *file, long offset, int whence)
{
    return fseeko(file, offset, whence);
}
