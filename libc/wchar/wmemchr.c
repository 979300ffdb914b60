/* wmemchr: the first such character of so many. */
#include <wchar.h>

wchar_t *wmemchr(const wchar_t *block, wchar_t c, size_t count)
{
    for (; count > 0; count--, block++) {
        if (*block == c)
            return (wchar_t *)block;
    }
    return NULL;
}
