/*
 * mbrtowc: the next character of UTF-8, which may come in pieces. Refused are what no character
 * begins or continues with, longer forms than needed, halves of surrogate pairs, and what is above
 * U+10FFFF: all of them by the range of the second byte. See RFC 3629, section 4.
 */
#include <errno.h>
#include <wchar.h>

#define INVALID ((size_t)-1)
#define INCOMPLETE ((size_t)-2)

/* Begins a character of two bytes or more; 0 if none begins so. */
static int begin(mbstate_t *state, unsigned char byte)
{
    if (byte < 0xc2 || byte > 0xf4)
        return 0;
    state->length = byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    state->missing = state->length - 1;
    state->bits = byte & (0x7fU >> state->length);
    return 1;
}

/* 0 if the character can't go on so. */
static int go_on(mbstate_t *state, unsigned char byte)
{
    unsigned int bits = state->bits << 6 | (byte & 0x3fU);

    if ((byte & 0xc0) != 0x80)
        return 0;
    if (state->missing == state->length - 1) {
        if (state->length == 3 && (bits < 0x20 || (bits >= 0x360 && bits < 0x380)))
            return 0;
        if (state->length == 4 && (bits < 0x10 || bits >= 0x110))
            return 0;
    }
    state->bits = bits;
    state->missing--;
    return 1;
}

static size_t invalid(void)
{
    errno = EILSEQ;
    return INVALID;
}

size_t mbrtowc(wchar_t *restrict to, const char *restrict from, size_t size,
               mbstate_t *restrict state)
{
    static mbstate_t own;
    mbstate_t *now = state ? state : &own;
    size_t used = 0;

    if (!from)
        return mbrtowc(NULL, "", 1, now);
    if (size == 0)
        return INCOMPLETE;
    if (now->missing == 0) {
        unsigned char byte = (unsigned char)from[used++];

        if (byte < 0x80) {
            if (to)
                *to = byte;
            return byte != 0;
        }
        if (!begin(now, byte))
            return invalid();
    }
    for (; now->missing > 0; used++) {
        if (used == size)
            return INCOMPLETE;
        if (!go_on(now, (unsigned char)from[used]))
            return invalid();
    }
    if (to)
        *to = (wchar_t)now->bits;
    return used;
}
