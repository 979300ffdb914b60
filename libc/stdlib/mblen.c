/* mblen: how many bytes the text's first character has. */
#include <stdlib.h>

int mblen(const char *text, size_t size)
{
    return mbtowc(NULL, text, size);
}
