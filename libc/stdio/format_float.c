/* Floating-point numbers in decimal for printf: %e, %f and %g, rounded once and exactly. */
#include <stdlib.h>
#include <string.h>

#include "libc/numeric/binary.h"
#include "libc/numeric/decimal.h"
#include "libc/stdio/format.h"

/* How the rounded digits are laid out. */
struct layout {
    int top;      /* position of the first digit shown before the point */
    long places;  /* digits behind the point */
    bool point;   /* whether to show it */
    int exponent; /* what the shown digits are to be multiplied with, as a power of ten */
    char suffix[8];
};

/* Digits from 10^from down; those below the last limb are zeros, however many. */
static void put_digits(struct format_sink *sink, const struct decimal *d, int from, long count)
{
    int known = from - __decimal_bottom(d) + 1;
    char block[64];

    while (count > 0 && known > 0 && !sink->failed) {
        int most = known < (int)sizeof(block) ? known : (int)sizeof(block);
        int size = count < most ? (int)count : most;

        for (int i = 0; i < size; i++)
            block[i] = (char)('0' + __decimal_digit(d, from - i));
        __format_put(sink, block, (size_t)size);
        from -= size;
        known -= size;
        count -= size;
    }
    __format_repeat(sink, '0', count);
}

static void put_number(struct format_sink *sink, const struct format_spec *spec, const char *sign,
                       const struct decimal *d, const struct layout *layout)
{
    int before = layout->top - layout->exponent + 1;
    size_t suffix = strlen(layout->suffix);
    size_t length = (size_t)before + layout->point + (size_t)layout->places + suffix;

    __format_begin(sink, spec, sign, length);
    put_digits(sink, d, layout->top, before);
    __format_put(sink, ".", layout->point);
    put_digits(sink, d, layout->exponent - 1, layout->places);
    __format_put(sink, layout->suffix, suffix);
    __format_end(sink, spec, sign, length);
}

/* "e+07": two digits at least. */
static void suffix_set(struct layout *layout, char letter)
{
    int rest = abs(layout->exponent);
    char digits[4];
    int count = 0;
    char *to = layout->suffix;

    do {
        digits[count++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest || count < 2);
    *to++ = letter;
    *to++ = layout->exponent < 0 ? '-' : '+';
    while (count > 0)
        *to++ = digits[--count];
    *to = '\0';
}

/* A precision may ask for more digits than there are: then there is nothing to round. */
static void round_at(struct decimal *d, long position)
{
    if (position > __decimal_bottom(d))
        __decimal_round(d, (int)position);
}

static void layout_fixed(struct layout *layout, struct decimal *d, long places)
{
    round_at(d, -places);
    layout->top = __decimal_top(d) > 0 ? __decimal_top(d) : 0;
    layout->places = places;
    layout->exponent = 0;
    layout->suffix[0] = '\0';
}

static void layout_scientific(struct layout *layout, struct decimal *d, long places, char letter)
{
    round_at(d, __decimal_top(d) - places);
    layout->top = layout->exponent = __decimal_top(d);
    layout->places = places;
    suffix_set(layout, letter);
}

/* %g leaves out the zeros at the end, and then perhaps the point. */
static void layout_shorten(struct layout *layout, const struct decimal *d)
{
    long known = layout->exponent - __decimal_bottom(d);

    if (layout->places > known)
        layout->places = known > 0 ? known : 0;
    while (layout->places > 0 && __decimal_digit(d, layout->exponent - (int)layout->places) == 0)
        layout->places--;
}

/* %g: the shorter of both forms, by the exponent that the rounded number has. */
static void layout_general(struct layout *layout, struct decimal *d, long digits, char letter,
                           bool keep_zeros)
{
    int top;

    if (digits == 0)
        digits = 1;
    round_at(d, __decimal_top(d) - (digits - 1));
    top = __decimal_top(d);
    if (top < -4 || top >= digits)
        layout_scientific(layout, d, digits - 1, letter);
    else
        layout_fixed(layout, d, digits - 1 - top);
    if (!keep_zeros)
        layout_shorten(layout, d);
}

static void put_special(struct format_sink *sink, const struct format_spec *spec, const char *sign,
                        const char *name)
{
    struct format_spec frame = *spec;

    frame.flags &= ~FORMAT_ZERO;
    __format_begin(sink, &frame, sign, strlen(name));
    __format_put(sink, name, strlen(name));
    __format_end(sink, &frame, sign, strlen(name));
}

void __format_float(struct format_sink *sink, const struct format_spec *spec, long double value)
{
    struct binary binary = __binary_from_long_double(value);
    const char *sign = __format_sign(spec, binary.negative);
    bool capital = spec->conversion >= 'A' && spec->conversion <= 'Z';
    bool alternate = (spec->flags & FORMAT_ALTERNATE) != 0;
    int precision = spec->precision < 0 ? 6 : spec->precision;
    char letter = capital ? 'E' : 'e';
    struct layout layout;
    struct decimal d;

    if (binary.kind == BINARY_NAN) {
        put_special(sink, spec, sign, capital ? "NAN" : "nan");
        return;
    }
    if (binary.kind == BINARY_INFINITE) {
        put_special(sink, spec, sign, capital ? "INF" : "inf");
        return;
    }
    __decimal_from_binary(&d, binary.mantissa, binary.exponent);
    switch (spec->conversion) {
    case 'e':
    case 'E':
        layout_scientific(&layout, &d, precision, letter);
        break;
    case 'f':
    case 'F':
        layout_fixed(&layout, &d, precision);
        break;
    default:
        layout_general(&layout, &d, precision, letter, alternate);
    }
    layout.point = layout.places > 0 || alternate;
    put_number(sink, spec, sign, &d, &layout);
}
