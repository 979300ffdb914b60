/* mbtowc: a character of the C locale is a byte. */
#include <stdlib.h>

int mbtowc(wchar_t *restrict to, const char *restrict from, size_t size)
{
    if (!from)
        return 0;
    if (size == 0)
        return -1;
    if (to)
        *to = (unsigned char)*from;
    return *from != '\0';
}
