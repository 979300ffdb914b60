/* wcstod: wide text to double. */
#include <stdlib.h>
#include <wchar.h>

#include "libc/wchar/narrow.h"

double wcstod(const wchar_t *restrict text, wchar_t **restrict end)
{
    struct narrow narrow;
    double value;

    __narrow_begin(&narrow, text);
    value = strtod(narrow.bytes, &narrow.end);
    __narrow_end(&narrow, end);
    return value;
}
