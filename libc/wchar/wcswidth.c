#include <wchar.h>

int wcswidth(const wchar_t *text, size_t count)
{
    int columns = 0;

    for (size_t i = 0; i < count && text[i]; i++) {
        if (wcwidth(text[i]) < 0)
            return -1;
        columns += wcwidth(text[i]);
    }
    return columns;
}
