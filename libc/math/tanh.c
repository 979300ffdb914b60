/* tanh: the hyperbolic tangent. */
#include <math.h>

#include "libc/math/wide.h"

double tanh(double x)
{
    long double grown;

    if (isnan(x) || x == 0)
        return x;
    if (fabs(x) > 40)
        return copysign(1, x);
    grown = __wide_expm1(2 * (long double)x);
    return __narrow(grown / (grown + 2));
}
