/*
 * wcsrtombs: a string's characters as UTF-8, whole ones, up to so many bytes. *from becomes NULL at
 * its end; without a place they are counted.
 */
#include <stdint.h>
#include <wchar.h>

size_t wcsrtombs(char *restrict to, const wchar_t **restrict from, size_t size,
                 mbstate_t *restrict state)
{
    return wcsnrtombs(to, from, SIZE_MAX, size, state);
}
