/* mblen: a character of the C locale is a byte. */
#include <stdlib.h>

int mblen(const char *text, size_t size)
{
    return mbtowc(NULL, text, size);
}
