/* wcsspn: how many characters are of a set. */
#include <wchar.h>

size_t wcsspn(const wchar_t *text, const wchar_t *set)
{
    size_t length = 0;

    while (text[length] && wcschr(set, text[length]))
        length++;
    return length;
}
