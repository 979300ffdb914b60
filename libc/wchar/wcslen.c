/* wcslen: how many characters a string has. */
#include <wchar.h>

size_t wcslen(const wchar_t *text)
{
    size_t length = 0;

    while (text[length])
        length++;
    return length;
}
