/* Integers for printf. */
#include <limits.h>
#include <string.h>

#include "libc/stdio/format.h"

/* Digits from the end of `end` backwards; none for zero. */
static char *digits_before(char *end, uintmax_t value, char conversion)
{
    const char *letters = conversion == 'X' ? "0123456789ABCDEF" : "0123456789abcdef";
    unsigned int base = conversion == 'o' ? 8 : conversion == 'x' || conversion == 'X' ? 16 : 10;

    for (; value; value /= base)
        *--end = letters[value % base];
    return end;
}

void __format_unsigned(struct format_sink *sink, const struct format_spec *spec, uintmax_t value,
                       const char *sign)
{
    struct format_spec frame = *spec;
    char space[sizeof(value) * CHAR_BIT / 3 + 1];
    char prefix[4];
    char *end = space + sizeof(space);
    char *digits = digits_before(end, value, spec->conversion);
    long length = end - digits;
    long least = spec->precision < 0 ? 1 : spec->precision;

    strcpy(prefix, sign);
    if (spec->flags & FORMAT_ALTERNATE) {
        if (spec->conversion == 'o' && least <= length)
            least = length + 1;
        else if (value && (spec->conversion == 'x' || spec->conversion == 'X'))
            strcat(prefix, spec->conversion == 'x' ? "0x" : "0X");
    }
    /* A precision decides about zeros, and the flag 0 has nothing to say. */
    if (spec->precision >= 0)
        frame.flags &= ~FORMAT_ZERO;
    if (least < length)
        least = length;
    __format_begin(sink, &frame, prefix, (size_t)least);
    __format_repeat(sink, '0', least - length);
    __format_put(sink, digits, (size_t)length);
    __format_end(sink, &frame, prefix, (size_t)least);
}
