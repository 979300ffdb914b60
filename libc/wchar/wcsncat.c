/* wcsncat: appends so many characters of a string, and a 0. */
#include <wchar.h>

wchar_t *wcsncat(wchar_t *restrict to, const wchar_t *restrict from, size_t count)
{
    wchar_t *end = to + wcslen(to);
    size_t length = wcsnlen(from, count);

    wmemcpy(end, from, length);
    end[length] = 0;
    return to;
}
