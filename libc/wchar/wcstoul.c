/* wcstoul: wide text to unsigned long. */
#include <stdlib.h>
#include <wchar.h>

#include "libc/wchar/narrow.h"

unsigned long wcstoul(const wchar_t *restrict text, wchar_t **restrict end, int base)
{
    struct narrow narrow;
    unsigned long value;

    __narrow_begin(&narrow, text);
    value = strtoul(narrow.bytes, &narrow.end, base);
    __narrow_end(&narrow, end);
    return value;
}
