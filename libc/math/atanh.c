/* atanh: the number with that hyperbolic tangent. */
#include <math.h>

#include "libc/math/wide.h"

double atanh(double x)
{
    long double wide = x;

    if (isnan(x) || x == 0)
        return x;
    if (fabs(x) >= 1)
        return fabs(x) == 1 ? __math_pole(x < 0) : __math_invalid();
    return __narrow(__wide_log1p(2 * wide / (1 - wide)) / 2);
}
