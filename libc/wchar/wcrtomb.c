/* wcrtomb: a character as UTF-8. There is no state between characters. */
#include <errno.h>
#include <wchar.h>

size_t wcrtomb(char *restrict to, wchar_t c, mbstate_t *restrict state)
{
    unsigned int bits = (unsigned int)c;
    size_t length = bits < 0x80 ? 1 : bits < 0x800 ? 2 : bits < 0x10000 ? 3 : 4;

    (void)state;
    if (!to)
        return 1;
    if (bits > 0x10ffff || (bits >= 0xd800 && bits < 0xe000)) {
        errno = EILSEQ;
        return (size_t)-1;
    }
    if (length == 1) {
        *to = (char)bits;
        return 1;
    }
    for (size_t i = length - 1; i > 0; i--) {
        to[i] = (char)(0x80 | (bits & 0x3f));
        bits >>= 6;
    }
    to[0] = (char)(0xf00U >> length | bits);
    return length;
}
