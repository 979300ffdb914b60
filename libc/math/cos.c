/* cos: the cosine of an angle in radians, of whatever size. */
#include <math.h>

#include "libc/math/wide.h"

double cos(double x)
{
    if (!isfinite(x))
        return isnan(x) ? x : __math_invalid();
    return __narrow(__wide_cos(__wide_reduce(x)));
}
