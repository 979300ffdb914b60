/* The exponential function: e^x = 2^k e^r with r between -ln(2)/2 and ln(2)/2. See wide.h. */
#include "libc/math/wide.h"

/* ln(2) in two parts, of which the first has 40 bits: k times it is exact. */
#define LN2_HIGH 0xb17217f7d1p-40L
#define LN2_LOW 0xcf79abc9e3b39804p-104L
#define LOG2_E 0xb8aa3b295c17f0bcp-63L

#define MOST 11000

/* 1/1!, 1/2!, 1/3! ... */
static const long double factorials[] = {
    1.0L,
    1.0L / 2,
    1.0L / 6,
    1.0L / 24,
    1.0L / 120,
    1.0L / 720,
    1.0L / 5040,
    1.0L / 40320,
    1.0L / 362880,
    1.0L / 3628800,
    1.0L / 39916800,
    1.0L / 479001600,
    1.0L / 6227020800,
    1.0L / 87178291200,
    1.0L / 1307674368000,
    1.0L / 20922789888000,
    1.0L / 355687428096000,
    1.0L / 6402373705728000,
    1.0L / 121645100408832000,
};

long double __wide_exp(struct wide_pair x)
{
    long double rest;
    int k;

    if (x.high > MOST || x.high < -MOST)
        return __wide_scale(1, x.high > 0 ? 16000 : -16000);
    k = (int)(x.high * LOG2_E + (x.high < 0 ? -0.5L : 0.5L));
    rest = x.high - k * LN2_HIGH;
    rest -= k * LN2_LOW - x.low;
    return __wide_scale(1 + rest * WIDE_SERIES(factorials, rest), k);
}

long double __wide_expm1(long double x)
{
    if (x > -0.5L && x < 0.5L)
        return x * WIDE_SERIES(factorials, x);
    return __wide_exp((struct wide_pair){x, 0}) - 1;
}
