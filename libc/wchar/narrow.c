/* A number of wide characters as bytes: narrow.h. */
#include "libc/wchar/narrow.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <wctype.h>

/* Letters are digits in base 36, and spell "infinity"; "nan(a_1)" has the rest. */
static bool is_part(wchar_t c)
{
    return c > 0 && c < 128 && (isalnum(c) || strchr("+-._()", c));
}

void __narrow_begin(struct narrow *narrow, const wchar_t *text)
{
    const wchar_t *number = text;
    size_t blanks, length = 0;

    while (iswspace((wint_t)*number))
        number++;
    blanks = (size_t)(number - text);
    while (is_part(number[length]))
        length++;
    narrow->wide = text;
    narrow->bytes = narrow->few;
    if (blanks + length >= sizeof(narrow->few))
        narrow->bytes = malloc(blanks + length + 1);
    if (!narrow->bytes) {
        narrow->bytes = narrow->few;
        blanks = length = 0;
    }
    memset(narrow->bytes, ' ', blanks);
    for (size_t i = 0; i < length; i++)
        narrow->bytes[blanks + i] = (char)number[i];
    narrow->bytes[blanks + length] = '\0';
    narrow->end = narrow->bytes;
}

void __narrow_end(struct narrow *narrow, wchar_t **end)
{
    if (end)
        *end = (wchar_t *)narrow->wide + (narrow->end - narrow->bytes);
    if (narrow->bytes != narrow->few)
        free(narrow->bytes);
}
