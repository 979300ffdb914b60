/*
 * The natural logarithm: x = 2^k m, and log m = 2 artanh s with s = (m - 1) / (m + 1).
 *
 * pow multiplies it by numbers up to 2^63, so it comes in two halves. What can be exact is: s is
 * taken in two pieces, the first of 10 bits, and its product with m + 1, of 54, fits into 64.
 */
#include "libc/math/wide.h"

#define LN2_HIGH 0xb17217f7d1p-40L
#define LN2_LOW 0xcf79abc9e3b39804p-104L

/* 1/3, 1/5, 1/7 ...: what follows s in artanh's series. */
static const long double odd[] = {
    1.0L / 3,  1.0L / 5,  1.0L / 7,  1.0L / 9,  1.0L / 11, 1.0L / 13, 1.0L / 15,
    1.0L / 17, 1.0L / 19, 1.0L / 21, 1.0L / 23, 1.0L / 25, 1.0L / 27, 1.0L / 29,
};

/* To 10 bits, as T. Dekker cuts numbers. */
static long double round_coarsely(long double s)
{
    long double cut = (0x1p54L + 1) * s;

    return cut - (cut - s);
}

struct wide_pair __wide_log(long double x)
{
    int k;
    long double m = __wide_split(x, &k);
    long double s = (m - 1) / (m + 1);
    long double coarse = round_coarsely(s);
    long double fine = ((m - 1) - coarse * (m + 1)) / (m + 1);
    long double square = s * s;

    struct wide_pair log = wide_sum(k * LN2_HIGH, 2 * coarse);

    log.low += k * LN2_LOW + (2 * fine + 2 * s * square * WIDE_SERIES(odd, square));
    return log;
}

long double __wide_log1p(long double x)
{
    struct wide_pair log;

    if (x > -0.25L && x < 0.35L) {
        long double s = x / (2 + x);

        return 2 * s + 2 * s * s * s * WIDE_SERIES(odd, s * s);
    }
    log = __wide_log(1 + x);
    return log.high + log.low;
}
