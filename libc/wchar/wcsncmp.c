/* wcsncmp: compares so many characters of two strings. */
#include <wchar.h>

int wcsncmp(const wchar_t *a, const wchar_t *b, size_t count)
{
    while (count > 0 && *a == *b && *a) {
        a++;
        b++;
        count--;
    }
    return count > 0 ? (*a > *b) - (*a < *b) : 0;
}
