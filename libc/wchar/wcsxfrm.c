/* wcsxfrm: a string that wcscmp orders as wcscoll orders the old one: the same. */
#include <wchar.h>

size_t wcsxfrm(wchar_t *restrict to, const wchar_t *restrict from, size_t count)
{
    size_t length = wcslen(from);

    if (length < count)
        wmemcpy(to, from, length + 1);
    return length;
}
