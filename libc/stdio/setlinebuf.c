/* setlinebuf: a line at a time. */
#include <stdio.h>

void setlinebuf(FILE *file)
{
    setvbuf(file, NULL, _IOLBF, 0);
}
