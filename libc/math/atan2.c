/* atan2: the angle of the point (x, y). */
#include <math.h>

#include "libc/math/wide.h"

/* An infinite coordinate is 1 beside one that is not, which then is 0. */
static double shrink(double side, double other)
{
    if (isinf(side))
        return copysign(1, side);
    return isinf(other) ? copysign(0, side) : side;
}

double atan2(double y, double x)
{
    double height = shrink(y, x), width = shrink(x, y);

    if (isnan(x) || isnan(y))
        return x + y;
    if (height == 0)
        return signbit(x) ? copysign(M_PI, y) : copysign(0, y);
    return __narrow(__wide_atan2(height, width));
}
