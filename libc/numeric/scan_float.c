/*
 * Text to floating point, rounded to nearest, ties to even, whatever the length of the text: the
 * decimal is kept exactly (see decimal.h) and scaled by two until its integer part is the mantissa.
 */
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <strings.h>

#include "libc/numeric/binary.h"
#include "libc/numeric/decimal.h"
#include "libc/numeric/scan.h"

#define LONG_DOUBLE_LEAST (-16445)
#define LONG_DOUBLE_GREATEST 16383

const struct float_type __float_type = {24, -149, 127};
const struct float_type __double_type = {53, -1074, 1023};
const struct float_type __long_double_type = {64, LONG_DOUBLE_LEAST, LONG_DOUBLE_GREATEST};

/* No number whose first digit is further from the point is anything but zero or infinite. */
#define DECIMAL_EXPONENT_LIMIT 5100
/* What an exponent in the text is cut to, so that sums with the length of the text hold. */
#define TEXT_EXPONENT_LIMIT (1L << 40)

/* Digits with a point somewhere, and an exponent. */
struct float_text {
    const char *digits; /* the first that is not zero */
    const char *end;    /* of the digits and the point */
    long exponent;      /* position of that first digit; for hexadecimal in bits */
    bool zero;
    const char *after; /* behind the exponent */
};

static bool is_digit(char c, bool hex)
{
    return hex ? isxdigit((unsigned char)c) : isdigit((unsigned char)c);
}

/* "e-12": its value, and in *text the place behind it; nothing moves if it is incomplete. */
static long parse_exponent(const char **text, char letter)
{
    const char *place = *text;
    bool negative = false;
    long value = 0;

    if ((*place | 0x20) != letter)
        return 0;
    place++;
    if (*place == '+' || *place == '-')
        negative = *place++ == '-';
    if (!isdigit((unsigned char)*place))
        return 0;
    for (; isdigit((unsigned char)*place); place++) {
        if (value < TEXT_EXPONENT_LIMIT)
            value = value * 10 + (*place - '0');
    }
    *text = place;
    return negative ? -value : value;
}

/* Returns false if there is no digit. */
static bool parse_float_text(const char *text, bool hex, struct float_text *number)
{
    const char *point = NULL;
    bool any = false;
    int scale = hex ? 4 : 1;

    *number = (struct float_text){.zero = true};
    for (; is_digit(*text, hex) || (*text == '.' && !point); text++) {
        if (*text == '.') {
            point = text;
            continue;
        }
        any = true;
        if (number->zero && *text != '0') {
            number->zero = false;
            number->digits = text;
        }
    }
    if (!any)
        return false;
    number->end = number->after = text;
    if (!point)
        point = text;
    if (!number->zero) {
        long before = point - number->digits;

        number->exponent = scale * (before > 0 ? before - 1 : before);
    }
    number->exponent += parse_exponent(&number->after, hex ? 'p' : 'e');
    return true;
}

static uint64_t integer_part(const struct decimal *d)
{
    uint64_t value = 0;

    for (int i = d->first; i < d->point; i++)
        value = value * LIMB_BASE + (i < d->end ? d->limb[i] : 0);
    return value;
}

/* The number mantissa * 2^exponent, which the type holds or which is too large for it. */
static long double compose(uint64_t mantissa, int exponent, const struct float_type *type)
{
    struct binary binary = {.kind = BINARY_FINITE};

    if (mantissa == 0)
        return 0;
    for (; !(mantissa >> 63) && exponent > LONG_DOUBLE_LEAST; exponent--)
        mantissa <<= 1;
    if (exponent + 63 > type->greatest_exponent) {
        errno = ERANGE;
        binary.kind = BINARY_INFINITE;
    }
    binary.mantissa = mantissa;
    binary.exponent = exponent;
    return __binary_to_long_double(binary);
}

/* How far to scale so that the integer part has at most the mantissa's bits: log2(10) < 3.322. */
static int first_scale(const struct decimal *d, const struct float_type *type)
{
    int top = __decimal_top(d) + 1;
    int bits = top > 0 ? top * 3322 / 1000 + 1 : top * 3321 / 1000 + 1;
    int scale = type->mantissa_bits - 1 - bits;

    return scale < -type->least_exponent ? scale : -type->least_exponent;
}

static long double round_decimal(struct decimal *d, const struct float_type *type)
{
    uint64_t top_bit = 1UL << (type->mantissa_bits - 1);
    int scale = first_scale(d, type);
    uint64_t mantissa;
    bool inexact;

    __decimal_scale(d, scale);
    for (; integer_part(d) < top_bit && scale < -type->least_exponent; scale++)
        __decimal_scale(d, 1);
    inexact = d->end > d->point;
    __decimal_round(d, 0);
    mantissa = integer_part(d);
    if (inexact && mantissa < top_bit && mantissa != 0 && scale == -type->least_exponent)
        errno = ERANGE;
    if (mantissa == 0) {
        /* Either it vanished, or 64 bits of ones were rounded up. */
        if (__decimal_is_zero(d)) {
            errno = ERANGE;
            return 0;
        }
        mantissa = top_bit;
        scale--;
    }
    return compose(mantissa, -scale, type);
}

static long double scan_decimal(const struct float_text *number, const struct float_type *type)
{
    struct decimal d;
    int position;

    if (number->exponent > DECIMAL_EXPONENT_LIMIT)
        return compose(1, type->greatest_exponent + 1, type);
    if (number->exponent < -DECIMAL_EXPONENT_LIMIT) {
        errno = ERANGE;
        return 0;
    }
    position = (int)number->exponent;
    __decimal_init(&d, position);
    for (const char *c = number->digits; c < number->end; c++) {
        if (*c != '.')
            __decimal_set_digit(&d, position--, *c - '0');
    }
    return round_decimal(&d, type);
}

/* Drops bits of a mantissa, rounding half to even. */
static uint64_t round_mantissa(unsigned __int128 mantissa, int lost_bits, bool *inexact)
{
    unsigned __int128 half, lost;
    uint64_t kept;

    *inexact = true;
    if (lost_bits > 128)
        return 0;
    half = (unsigned __int128)1 << (lost_bits - 1);
    lost = mantissa & (half | (half - 1));
    kept = lost_bits == 128 ? 0 : (uint64_t)(mantissa >> lost_bits);
    *inexact = lost != 0;
    return kept + (lost > half || (lost == half && (kept & 1)));
}

/*
 * A hexadecimal mantissa, its first bit on top; in *exponent what its lowest bit counts. There is
 * room for 31 digits; the lowest bit also stands for "and something more".
 */
static unsigned __int128 hex_mantissa(const struct float_text *number, int *exponent)
{
    unsigned __int128 digits = 0;
    bool more = false;
    int bits = 0;

    for (const char *c = number->digits; c < number->end; c++) {
        int digit = isdigit((unsigned char)*c) ? *c - '0' : (*c | 0x20) - 'a' + 10;

        if (*c == '.')
            continue;
        if (bits < 124) {
            digits = digits << 4 | (unsigned int)digit;
            bits += 4;
        } else {
            more = more || digit != 0;
        }
    }
    /* The text's exponent is that of its first digit's lowest bit. */
    *exponent = (int)number->exponent + 4 - bits;
    for (; !(digits >> 127); digits <<= 1)
        *exponent -= 1;
    return digits | more;
}

static long double scan_hex(const struct float_text *number, const struct float_type *type)
{
    unsigned __int128 digits;
    uint64_t mantissa;
    int lost, exponent;
    bool inexact;

    if (number->exponent > 2 * LONG_DOUBLE_GREATEST)
        return compose(1, type->greatest_exponent + 1, type);
    if (number->exponent < 2 * LONG_DOUBLE_LEAST) {
        errno = ERANGE;
        return 0;
    }
    digits = hex_mantissa(number, &exponent);
    lost = 128 - type->mantissa_bits;
    if (exponent + lost < type->least_exponent)
        lost = type->least_exponent - exponent;
    mantissa = round_mantissa(digits, lost, &inexact);
    if (mantissa == 0 && lost == 64) {
        /* 64 bits of ones were rounded up. */
        mantissa = 1UL << 63;
        lost++;
    }
    if (inexact && mantissa < 1UL << (type->mantissa_bits - 1))
        errno = ERANGE;
    return compose(mantissa, exponent + lost, type);
}

/* "inf", "infinity", "nan", "nan(letters)"; NULL if it is none. */
static const char *scan_word(const char *text, long double *value)
{
    const char *place;

    if (strncasecmp(text, "inf", 3) == 0) {
        *value = __builtin_infl();
        return text + (strncasecmp(text, "infinity", 8) == 0 ? 8 : 3);
    }
    if (strncasecmp(text, "nan", 3) != 0)
        return NULL;
    *value = __builtin_nanl("");
    text += 3;
    if (*text != '(')
        return text;
    for (place = text + 1; isalnum((unsigned char)*place) || *place == '_'; place++)
        ;
    return *place == ')' ? place + 1 : text;
}

/* Without sign; *end stays if there is no number. */
static long double scan_magnitude(const char *text, const char **end, const struct float_type *type)
{
    bool hex = text[0] == '0' && (text[1] | 0x20) == 'x';
    struct float_text number;
    long double value = 0;
    const char *after = scan_word(text, &value);

    if (after) {
        *end = after;
        return value;
    }
    if (!hex || !parse_float_text(text + 2, true, &number)) {
        hex = false;
        if (!parse_float_text(text, false, &number))
            return 0;
    }
    *end = number.after;
    if (number.zero)
        return 0;
    return hex ? scan_hex(&number, type) : scan_decimal(&number, type);
}

long double __scan_float(const char *text, char **end, const struct float_type *type)
{
    const char *after = text;
    const char *start = text;
    bool negative = false;
    long double value;

    while (isspace((unsigned char)*start))
        start++;
    if (*start == '+' || *start == '-')
        negative = *start++ == '-';
    value = scan_magnitude(start, &after, type);
    if (end)
        *end = (char *)after;
    return negative && after != text ? -value : value;
}
