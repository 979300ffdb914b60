/* logb: the exponent of x. */
#include <math.h>

#include "libc/math/wide.h"

double logb(double x)
{
    if (isnan(x) || isinf(x))
        return fabs(x);
    return x == 0 ? __math_pole(true) : ilogb(x);
}
