/* frexp: x as a number between 1/2 and 1 times a power of 2. */
#include <math.h>

#include "libc/math/wide.h"

double frexp(double x, int *exponent)
{
    long double mantissa;

    *exponent = 0;
    if (!isfinite(x) || x == 0)
        return x;
    mantissa = __wide_split(fabs(x), exponent);
    if (mantissa >= 1) {
        ++*exponent;
        mantissa /= 2;
    }
    return (double)(x < 0 ? -mantissa : mantissa);
}
