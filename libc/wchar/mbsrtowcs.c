/*
 * mbsrtowcs: a string's characters, up to so many. *from becomes NULL at its end; without a place
 * they are counted.
 */
#include <stdint.h>
#include <wchar.h>

size_t mbsrtowcs(wchar_t *restrict to, const char **restrict from, size_t count,
                 mbstate_t *restrict state)
{
    return mbsnrtowcs(to, from, SIZE_MAX - (uintptr_t)*from, count, state);
}
