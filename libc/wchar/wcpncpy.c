/* wcpncpy: wcsncpy that returns the first NUL it wrote, or the buffer's end. */
#include <wchar.h>

wchar_t *wcpncpy(wchar_t *restrict to, const wchar_t *restrict from, size_t count)
{
    size_t length = wcsnlen(from, count);

    wmemcpy(to, from, length);
    wmemset(to + length, 0, count - length);
    return to + length;
}
