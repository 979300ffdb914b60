/* log1p: the natural logarithm of 1 + x, exact also near 0. */
#include <math.h>

#include "libc/math/wide.h"

double log1p(double x)
{
    if (isnan(x) || (isinf(x) && x > 0) || x == 0)
        return x;
    if (x <= -1)
        return x == -1 ? __math_pole(true) : __math_invalid();
    return __narrow(__wide_log1p(x));
}
