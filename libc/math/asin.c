/* asin: the angle with that sine. */
#include <math.h>

#include "libc/math/wide.h"

double asin(double x)
{
    if (isnan(x) || x == 0)
        return x;
    if (fabs(x) > 1)
        return __math_invalid();
    return __narrow(__wide_atan2(x, __wide_sqrt((1 - (long double)x) * (1 + (long double)x))));
}
