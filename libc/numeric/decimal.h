/*
 * Exact decimal numbers, for printf and strtod: a run of limbs of nine digits around a point.
 *
 *      limb[first] ... limb[end - 1], most significant first; limb[i] counts 10^(9 * (point - 1 -
 * i))
 *
 * Every binary number has an exact decimal form, and halving or doubling a decimal is exact too;
 * so that binary to decimal is "write down the mantissa, then scale by two", and decimal to binary
 * is "scale by two until the mantissa has its bits". Rounding happens once, with all digits known.
 *
 * The largest long double has 4933 digits before the point, the smallest 16445 behind it.
 */
#ifndef LIMEN_LIBC_NUMERIC_DECIMAL_H
#define LIMEN_LIBC_NUMERIC_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

#define LIMB_DIGITS 9
#define LIMB_BASE 1000000000U
#define DECIMAL_LIMBS 2560
/* Digits that can decide how a long double is rounded, and some. */
#define DECIMAL_INPUT_LIMBS 1300

struct decimal {
    int first;
    int end;
    int point;
    uint32_t limb[DECIMAL_LIMBS];
};

/* The value mantissa * 2^exponent. */
void __decimal_from_binary(struct decimal *d, uint64_t mantissa, int exponent);

/* Zero, with room to grow for a number whose first digit is at 10^exponent. */
void __decimal_init(struct decimal *d, int exponent);

/* Multiply by 2^exponent. If room runs out, the last limb stands for "and something more". */
void __decimal_scale(struct decimal *d, int exponent);

/* Write the digit that counts 10^position; digits are written from the first one down. */
void __decimal_set_digit(struct decimal *d, int position, int digit);

/* Position of the most significant digit, that is floor(log10(value)); 0 for zero. */
int __decimal_top(const struct decimal *d);

/* A position below which there are only zeros. */
int __decimal_bottom(const struct decimal *d);

/* The digit that counts 10^position. */
int __decimal_digit(const struct decimal *d, int position);

/* Round, half to even, to a multiple of 10^position. */
void __decimal_round(struct decimal *d, int position);

bool __decimal_is_zero(const struct decimal *d);

#endif
