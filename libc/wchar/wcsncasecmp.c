#include <wchar.h>
#include <wctype.h>

int wcsncasecmp(const wchar_t *a, const wchar_t *b, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        wint_t left = towlower((wint_t)a[i]), right = towlower((wint_t)b[i]);

        if (left != right || left == 0)
            return left < right ? -1 : left > right;
    }
    return 0;
}
