/* cosh: the hyperbolic cosine. */
#include <math.h>

#include "libc/math/wide.h"

double cosh(double x)
{
    long double power;

    if (!isfinite(x))
        return fabs(x);
    power = __wide_exp((struct wide_pair){fabs(x), 0});
    return __narrow((power + 1 / power) / 2);
}
