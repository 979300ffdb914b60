/* wmemset: so many times the same character. */
#include <wchar.h>

wchar_t *wmemset(wchar_t *block, wchar_t c, size_t count)
{
    for (size_t i = 0; i < count; i++)
        block[i] = c;
    return block;
}
