/* tan: the tangent of an angle in radians, of whatever size. */
#include <math.h>

#include "libc/math/wide.h"

double tan(double x)
{
    struct wide_angle angle;

    if (!isfinite(x))
        return isnan(x) ? x : __math_invalid();
    if (x == 0)
        return x;
    angle = __wide_reduce(x);
    return __narrow(__wide_sin(angle) / __wide_cos(angle));
}
