/* wcsnlen: wcslen, up to so many. */
#include <wchar.h>

size_t wcsnlen(const wchar_t *text, size_t count)
{
    size_t length = 0;

    while (length < count && text[length])
        length++;
    return length;
}
