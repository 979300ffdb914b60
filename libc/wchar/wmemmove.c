/* wmemmove: copies so many characters, also onto themselves. */
#include <string.h>
#include <wchar.h>

wchar_t *wmemmove(wchar_t *to, const wchar_t *from, size_t count)
{
    return memmove(to, from, count * sizeof(*to));
}
