/* btowc: the character that is this one byte. */
#include <wchar.h>

wint_t btowc(int c)
{
    return c >= 0 && c < 0x80 ? (wint_t)c : WEOF;
}
