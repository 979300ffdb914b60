/* wcsrchr: the last such character. */
#include <wchar.h>

wchar_t *wcsrchr(const wchar_t *text, wchar_t c)
{
    const wchar_t *place = text + wcslen(text) + 1;

    while (place-- > text) {
        if (*place == c)
            return (wchar_t *)place;
    }
    return NULL;
}
