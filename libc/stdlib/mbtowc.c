/* mbtowc: the character that the text begins with, which has to be there as a whole. */
#include <errno.h>
#include <stdlib.h>
#include <wchar.h>

int mbtowc(wchar_t *restrict to, const char *restrict from, size_t size)
{
    mbstate_t state = {0};
    size_t used;

    if (!from)
        return 0;
    used = mbrtowc(to, from, size, &state);
    if (used != (size_t)-2)
        return (int)used;
    errno = EILSEQ;
    return -1;
}
