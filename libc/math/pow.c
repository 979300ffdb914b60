/* pow: x to the power of y, as e^(y log x); see ISO C, F.10.4.4 for its many special cases. */
#include <math.h>

#include "libc/math/wide.h"

/* The product of two wide numbers in two halves (T. Dekker): each is cut into pieces of 32 bits. */
static struct wide_pair multiply(long double a, long double b)
{
    const long double cut = 0x1p32L + 1;
    long double a_high = cut * a - (cut * a - a), a_low = a - a_high;
    long double b_high = cut * b - (cut * b - b), b_low = b - b_high;
    long double high = a * b;

    return (struct wide_pair){high, ((a_high * b_high - high) + a_high * b_low + a_low * b_high) +
                                        a_low * b_low};
}

static double power_of_positive(double x, double y, bool negative)
{
    struct wide_pair log = __wide_log(x);
    struct wide_pair product = multiply(y, log.high);
    long double result;

    result = __wide_exp(wide_sum(product.high, product.low + y * log.low));
    return __narrow(negative ? -result : result);
}

static bool is_integer(double y)
{
    return isfinite(y) && rint(y) == y;
}

static bool is_odd(double y)
{
    return is_integer(y) && fabs(fmod(y, 2)) == 1;
}

/* Where x or y is infinite or x is 0: the result is 0 or infinite, or 1 for x = -1. */
static double power_of_extreme(double x, double y)
{
    bool negative = signbit(x) && is_odd(y);
    double size = fabs(x);

    if (size == 1)
        return 1;
    if (x == 0 && y < 0 && !isinf(y))
        return __math_pole(negative);
    if ((size > 1) == (y > 0))
        return negative ? -HUGE_VAL : HUGE_VAL;
    return negative ? -0.0 : 0.0;
}

double pow(double x, double y)
{
    if (x == 1 || y == 0)
        return 1;
    if (isnan(x) || isnan(y))
        return x + y;
    if (isinf(x) || isinf(y) || x == 0)
        return power_of_extreme(x, y);
    if (x < 0 && !is_integer(y))
        return __math_invalid();
    return power_of_positive(fabs(x), y, x < 0 && is_odd(y));
}
