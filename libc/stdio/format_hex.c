/* Floating-point numbers in hexadecimal for printf: %a, in glibc's choice of the first digit. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "libc/numeric/binary.h"
#include "libc/stdio/format.h"

#define DOUBLE_LEAST_EXPONENT (-1022)

/* A first digit, then 60 (long double) or up to 63 bits of digits behind the point. */
struct hex_number {
    unsigned int first;
    uint64_t rest; /* from the top bit down */
    int exponent;
};

/* A double starts with 1 (a denormal with 0); a long double with its four top bits. */
static struct hex_number hex_split(const struct binary *binary, bool is_long)
{
    struct hex_number hex = {0};
    uint64_t mantissa = binary->mantissa;
    int exponent = binary->exponent + 63;
    int shift;

    if (mantissa == 0)
        return hex;
    if (is_long) {
        hex.first = (unsigned int)(mantissa >> 60);
        hex.rest = mantissa << 4;
        hex.exponent = exponent - 3;
        return hex;
    }
    shift = DOUBLE_LEAST_EXPONENT - exponent;
    if (shift > 0) {
        hex.rest = mantissa >> (shift - 1);
        hex.exponent = DOUBLE_LEAST_EXPONENT;
        return hex;
    }
    hex.first = 1;
    hex.rest = mantissa << 1;
    hex.exponent = exponent;
    return hex;
}

/* Half to even, to so many digits behind the point; the first digit may become one larger. */
static void hex_round(struct hex_number *hex, int places)
{
    uint64_t unit, dropped;
    bool odd;

    if (places < 0 || places >= 16)
        return;
    if (places == 0) {
        if (hex->rest > 1UL << 63 || (hex->rest == 1UL << 63 && (hex->first & 1)))
            hex->first++;
        hex->rest = 0;
        return;
    }
    unit = 1UL << (64 - 4 * places);
    dropped = hex->rest & (unit - 1);
    odd = (hex->rest & unit) != 0;
    hex->rest -= dropped;
    if (dropped > unit / 2 || (dropped == unit / 2 && odd)) {
        hex->rest += unit;
        hex->first += hex->rest == 0;
    }
}

static int hex_places(uint64_t rest)
{
    int places = 0;

    for (; rest; rest <<= 4)
        places++;
    return places;
}

/* "p-1022", at `to`. */
static void exponent_text(char *to, int exponent, bool capital)
{
    char digits[8];
    int count = 0;
    int rest = abs(exponent);

    do {
        digits[count++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    *to++ = capital ? 'P' : 'p';
    *to++ = exponent < 0 ? '-' : '+';
    while (count > 0)
        *to++ = digits[--count];
    *to = '\0';
}

static void hex_put(struct format_sink *sink, const struct format_spec *spec, bool negative,
                    const struct hex_number *hex)
{
    bool capital = spec->conversion == 'A';
    const char *letters = capital ? "0123456789ABCDEF" : "0123456789abcdef";
    int known = hex_places(hex->rest);
    int places = spec->precision < 0 ? known : spec->precision;
    bool point = places > 0 || (spec->flags & FORMAT_ALTERNATE);
    uint64_t rest = hex->rest;
    char prefix[4], exponent[8], digits[16];
    size_t length;

    strcpy(prefix, __format_sign(spec, negative));
    strcat(prefix, capital ? "0X" : "0x");
    exponent_text(exponent, hex->exponent, capital);
    length = 1 + point + (size_t)places + strlen(exponent);
    for (int i = 0; i < known; i++, rest <<= 4)
        digits[i] = letters[rest >> 60];
    __format_begin(sink, spec, prefix, length);
    __format_put(sink, &letters[hex->first & 15], 1);
    __format_put(sink, ".", point);
    __format_put(sink, digits, (size_t)known);
    __format_repeat(sink, '0', places - known);
    __format_put(sink, exponent, strlen(exponent));
    __format_end(sink, spec, prefix, length);
}

void __format_hex_float(struct format_sink *sink, const struct format_spec *spec, long double value)
{
    struct binary binary = __binary_from_long_double(value);
    bool is_long = spec->length == LENGTH_LONG_LONG;
    struct hex_number hex;

    if (binary.kind != BINARY_FINITE) {
        __format_float(sink, spec, value);
        return;
    }
    hex = hex_split(&binary, is_long);
    hex_round(&hex, spec->precision);
    if (hex.first == 16) {
        hex.first = 1;
        hex.exponent += 4;
    }
    hex_put(sink, spec, binary.negative, &hex);
}
