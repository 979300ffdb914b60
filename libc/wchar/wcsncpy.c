/* wcsncpy: copies so many characters, with zeros behind a shorter string. */
#include <wchar.h>

wchar_t *wcsncpy(wchar_t *restrict to, const wchar_t *restrict from, size_t count)
{
    size_t length = wcsnlen(from, count);

    wmemcpy(to, from, length);
    wmemset(to + length, 0, count - length);
    return to;
}
