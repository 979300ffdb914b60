/* sin: the sine of an angle in radians, of whatever size. */
#include <math.h>

#include "libc/math/wide.h"

double sin(double x)
{
    if (!isfinite(x))
        return isnan(x) ? x : __math_invalid();
    if (x == 0)
        return x;
    return __narrow(__wide_sin(__wide_reduce(x)));
}
