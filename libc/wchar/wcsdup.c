/* wcsdup: a copy in memory of its own. */
#include <stdlib.h>
#include <wchar.h>

wchar_t *wcsdup(const wchar_t *text)
{
    size_t size = wcslen(text) + 1;
    wchar_t *copy = reallocarray(NULL, size, sizeof(*copy));

    return copy ? wmemcpy(copy, text, size) : NULL;
}
