/* wcschr: the first such character, which may be the ending 0. */
#include <wchar.h>

wchar_t *wcschr(const wchar_t *text, wchar_t c)
{
    while (*text != c) {
        if (*text++ == 0)
            return NULL;
    }
    return (wchar_t *)text;
}
