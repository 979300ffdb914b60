/* wctomb: a character of the C locale is a byte. */
#include <errno.h>
#include <stdlib.h>

int wctomb(char *to, wchar_t c)
{
    if (!to)
        return 0;
    if (c < 0 || c > 255) {
        errno = EILSEQ;
        return -1;
    }
    *to = (char)c;
    return 1;
}
