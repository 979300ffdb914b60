/* ftell: ftello, whose result is a long as well. */
#include <stdio.h>

long ftell(FILE *file)
{
    return ftello(file);
}
