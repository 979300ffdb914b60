/* expm1: e to the power of x, less 1, exact also near 0. */
#include <math.h>

#include "libc/math/wide.h"

double expm1(double x)
{
    if (isnan(x) || isinf(x) || x == 0)
        return isinf(x) && x < 0 ? -1 : x;
    return __narrow(__wide_expm1(x));
}
