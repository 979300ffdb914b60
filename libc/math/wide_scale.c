/* Taking wide numbers apart and putting them together: 64 bits of mantissa, 15 of exponent. */
#include <stdint.h>

#include "libc/math/wide.h"

union wide_bits {
    long double value;
    struct {
        uint64_t mantissa;
        uint16_t exponent; /* and, in its highest bit, the sign */
    } bits;
};

#define EXPONENT_OF_ONE 16383

long double __wide_scale(long double x, int exponent)
{
    union wide_bits power = {
        .bits = {.mantissa = 1UL << 63, .exponent = (uint16_t)(EXPONENT_OF_ONE + exponent)}};

    return x * power.value;
}

long double __wide_split(long double x, int *exponent)
{
    union wide_bits wide = {.value = x};

    *exponent = wide.bits.exponent - EXPONENT_OF_ONE;
    wide.bits.exponent = EXPONENT_OF_ONE;
    if (wide.bits.mantissa < 0xb504f333f9de6485) /* sqrt(2) */
        return wide.value;
    ++*exponent;
    return wide.value / 2;
}

long double __wide_sqrt(long double x)
{
    __asm__("fsqrt" : "+t"(x));
    return x;
}
