/* wcpcpy: copies a string; where its copy ends. */
#include <wchar.h>

wchar_t *wcpcpy(wchar_t *restrict to, const wchar_t *restrict from)
{
    size_t length = wcslen(from);

    return wmemcpy(to, from, length + 1) + length;
}
