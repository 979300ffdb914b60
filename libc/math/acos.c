/* acos: the angle with that cosine. */
#include <math.h>

#include "libc/math/wide.h"

double acos(double x)
{
    if (isnan(x))
        return x;
    if (fabs(x) > 1)
        return __math_invalid();
    return __narrow(__wide_atan2(__wide_sqrt((1 - (long double)x) * (1 + (long double)x)), x));
}
