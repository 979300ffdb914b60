/* acosh: the positive number with that hyperbolic cosine. */
#include <math.h>

#include "libc/math/wide.h"

double acosh(double x)
{
    long double over = (long double)x - 1;

    if (isnan(x) || (isinf(x) && x > 0))
        return x;
    if (x < 1)
        return __math_invalid();
    return __narrow(__wide_log1p(over + __wide_sqrt(2 * over + over * over)));
}
