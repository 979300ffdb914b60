/* wcstol: wide text to long. */
#include <stdlib.h>
#include <wchar.h>

#include "libc/wchar/narrow.h"

long wcstol(const wchar_t *restrict text, wchar_t **restrict end, int base)
{
    struct narrow narrow;
    long value;

    __narrow_begin(&narrow, text);
    value = strtol(narrow.bytes, &narrow.end, base);
    __narrow_end(&narrow, end);
    return value;
}
