/* mbrlen: how many bytes the next character has. */
#include <wchar.h>

size_t mbrlen(const char *restrict text, size_t size, mbstate_t *restrict state)
{
    static mbstate_t own;

    return mbrtowc(NULL, text, size, state ? state : &own);
}
