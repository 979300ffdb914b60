/* Text to number: what strtol, strtod and their kin have in common. */
#ifndef LIMEN_LIBC_NUMERIC_SCAN_H
#define LIMEN_LIBC_NUMERIC_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An integer, its sign apart. */
struct scanned_integer {
    bool negative;
    bool overflow; /* beyond 64 bits: magnitude is UINTMAX_MAX */
    uintmax_t magnitude;
    const char *end; /* behind the last digit; the start if there was none */
};
struct scanned_integer __scan_integer(const char *text, int base);

/* What the target type can hold: float, double or long double. */
struct float_type {
    int mantissa_bits;
    int least_exponent;    /* of the smallest denormal's only bit */
    int greatest_exponent; /* of the top bit of the largest number */
};
extern const struct float_type __float_type, __double_type, __long_double_type;

/* Rounded to the type, exact in long double. *end as for strtod; sets errno to ERANGE. */
long double __scan_float(const char *text, char **end, const struct float_type *type);

#endif
