/* wctob: the one byte that is this character. */
#include <wchar.h>

int wctob(wint_t c)
{
    return c < 0x80 ? (int)c : -1;
}
