/* wcscspn: how many characters come before one of a set. */
#include <wchar.h>

size_t wcscspn(const wchar_t *text, const wchar_t *set)
{
    size_t length = 0;

    while (text[length] && !wcschr(set, text[length]))
        length++;
    return length;
}
