/* wcstof: wide text to float. */
#include <stdlib.h>
#include <wchar.h>

#include "libc/wchar/narrow.h"

float wcstof(const wchar_t *restrict text, wchar_t **restrict end)
{
    struct narrow narrow;
    float value;

    __narrow_begin(&narrow, text);
    value = strtof(narrow.bytes, &narrow.end);
    __narrow_end(&narrow, end);
    return value;
}
