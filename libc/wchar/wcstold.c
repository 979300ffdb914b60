/* wcstold: wide text to long double. */
#include <stdlib.h>
#include <wchar.h>

#include "libc/wchar/narrow.h"

long double wcstold(const wchar_t *restrict text, wchar_t **restrict end)
{
    struct narrow narrow;
    long double value;

    __narrow_begin(&narrow, text);
    value = strtold(narrow.bytes, &narrow.end);
    __narrow_end(&narrow, end);
    return value;
}
