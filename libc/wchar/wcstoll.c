/* wcstoll: wide text to long long. */
#include <stdlib.h>
#include <wchar.h>

#include "libc/wchar/narrow.h"

long long wcstoll(const wchar_t *restrict text, wchar_t **restrict end, int base)
{
    struct narrow narrow;
    long long value;

    __narrow_begin(&narrow, text);
    value = strtoll(narrow.bytes, &narrow.end, base);
    __narrow_end(&narrow, end);
    return value;
}
