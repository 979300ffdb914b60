/* mbstowcs: a string's characters. */
#include <stdlib.h>
#include <wchar.h>

size_t mbstowcs(wchar_t *restrict to, const char *restrict from, size_t count)
{
    const char *text = from;
    mbstate_t state = {0};

    return mbsrtowcs(to, &text, count, &state);
}
