/* Text to integer: blanks, sign, prefix, digits. */
#include <ctype.h>
#include <stdint.h>

#include "libc/numeric/scan.h"

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (isalpha((unsigned char)c))
        return tolower((unsigned char)c) - 'a' + 10;
    return 99;
}

/* Skips "0x" if a digit follows, and settles base 0. */
static const char *skip_prefix(const char *text, int *base)
{
    bool is_hex = text[0] == '0' && (text[1] | 0x20) == 'x' && digit_value(text[2]) < 16;

    if (is_hex && (*base == 0 || *base == 16)) {
        *base = 16;
        return text + 2;
    }
    if (*base == 0)
        *base = text[0] == '0' ? 8 : 10;
    return text;
}

struct scanned_integer __scan_integer(const char *text, int base)
{
    struct scanned_integer number = {.end = text};
    int digit;

    while (isspace((unsigned char)*text))
        text++;
    if (*text == '+' || *text == '-')
        number.negative = *text++ == '-';
    text = skip_prefix(text, &base);
    while ((digit = digit_value(*text)) < base) {
        if (__builtin_mul_overflow(number.magnitude, (uintmax_t)base, &number.magnitude) ||
            __builtin_add_overflow(number.magnitude, (uintmax_t)digit, &number.magnitude))
            number.overflow = true;
        number.end = ++text;
    }
    if (number.overflow)
        number.magnitude = UINTMAX_MAX;
    return number;
}
