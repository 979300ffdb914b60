/* asinh: the number with that hyperbolic sine. */
#include <math.h>

#include "libc/math/wide.h"

double asinh(double x)
{
    long double size = fabs(x);
    long double result;

    if (!isfinite(x) || x == 0)
        return x;
    result = __wide_log1p(size + size * size / (1 + __wide_sqrt(1 + size * size)));
    return __narrow(x < 0 ? -result : result);
}
