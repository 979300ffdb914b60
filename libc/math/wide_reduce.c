/*
 * Which quarter of the circle an angle is in, exactly for every double: x is an integer times a
 * power of 2, and of its product with 2/pi all whole fours go away before they are computed. What
 * is kept of 2/pi suffices for the double that is nearest to a multiple of pi/2 (2^-61 of it).
 *
 * See M. Payne, R. Hanek, "Radian Reduction for Trigonometric Functions".
 */
#include <math.h>
#include <stdint.h>

#include "libc/math/wide.h"

typedef unsigned __int128 wide_product;

#define HALF_PI 0xc90fdaa22168c235p-63L

/* A word of zeros, then the bits of 2/pi. */
static const uint64_t two_over_pi[] = {
    0,
    0xa2f9836e4e441529,
    0xfc2757d1f534ddc0,
    0xdb6295993c439041,
    0xfe5163abdebbc561,
    0xb7246e3a424dd2e0,
    0x06492eea09d1921c,
    0xfe1deb1cb129a73e,
    0xe88235f52ebb4484,
    0xe99c7026b45f7e41,
    0x3991d639835339f4,
    0x9c845f8bbdf9283b,
    0x1ff897ffde05980f,
    0xef2f118b5a0a6d1f,
    0x6d367ecf27cb09b7,
    0x4f463f669e5fea2d,
    0x7527bac7ebe5f17b,
    0x3d0739f78a5292ea,
    0x6bfb5fb11f8d5d08,
    0x56033046fc7b6bab,
    0xf0cfbc209af4361d,
};

/* 64 bits of 2/pi from that bit on; the first 64 are zeros. */
static uint64_t bits_at(unsigned int bit)
{
    const uint64_t *word = &two_over_pi[bit / 64];

    return bit % 64 ? word[0] << bit % 64 | word[1] >> (64 - bit % 64) : word[0];
}

/* A fraction of a quarter, between -1/2 and 1/2, in units of 2^-128. */
static long double rest_of(wide_product fraction, bool negative)
{
    uint64_t high;
    int shift = 0;

    if (fraction == 0)
        return 0;
    high = (uint64_t)(fraction >> 64);
    if (high == 0) {
        shift = 64;
        high = (uint64_t)fraction;
        fraction <<= 64;
    }
    shift += __builtin_clzl(high);
    fraction <<= __builtin_clzl(high);
    return __wide_scale((long double)(uint64_t)(fraction >> 64), -64 - shift) *
           (negative ? -HALF_PI : HALF_PI);
}

struct wide_angle __wide_reduce(double x)
{
    bool negative = signbit(x);
    struct wide_angle angle = {0, x};
    wide_product product, fraction;
    uint64_t mantissa;
    unsigned int bit;
    int exponent;

    if (fabs(x) <= M_PI_4)
        return angle;
    mantissa = (uint64_t)ldexp(frexp(fabs(x), &exponent), 53);
    /* The unit of the mantissa is 2^(exponent - 53): bits of 2/pi above that, but two, make fours.
     */
    bit = (unsigned int)(exponent - 53 - 2 + 64);
    product = (wide_product)mantissa * bits_at(bit + 64) +
              ((wide_product)mantissa * bits_at(bit + 128) >> 64);
    product += (wide_product)(mantissa * bits_at(bit)) << 64;
    angle.quarter = (unsigned int)(product >> 126);
    fraction = product << 2;
    if (fraction >> 127) {
        angle.quarter++;
        fraction = -fraction;
        negative = !negative;
    }
    angle.rest = rest_of(fraction, negative);
    if (signbit(x))
        angle.quarter = -angle.quarter;
    return angle;
}
