/* wcscmp: compares two strings. */
#include <wchar.h>

int wcscmp(const wchar_t *a, const wchar_t *b)
{
    while (*a == *b && *a) {
        a++;
        b++;
    }
    return (*a > *b) - (*a < *b);
}
