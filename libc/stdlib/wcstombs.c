/* wcstombs: a string's characters as UTF-8. */
#include <stdlib.h>
#include <wchar.h>

size_t wcstombs(char *restrict to, const wchar_t *restrict from, size_t size)
{
    const wchar_t *text = from;

    return wcsrtombs(to, &text, size, NULL);
}
