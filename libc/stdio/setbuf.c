/* setbuf: a buffer of BUFSIZ bytes, or none. */
#include <stdio.h>

void setbuf(FILE *restrict file, char *restrict buf)
{
    setvbuf(file, buf, buf ? _IOFBF : _IONBF, BUFSIZ);
}
