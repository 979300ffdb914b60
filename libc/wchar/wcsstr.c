/* wcsstr: where a piece is in a string. */
#include <wchar.h>

wchar_t *wcsstr(const wchar_t *text, const wchar_t *piece)
{
    size_t length = wcslen(piece);

    for (; wcsncmp(text, piece, length) != 0; text++) {
        if (*text == 0)
            return NULL;
    }
    return (wchar_t *)text;
}
