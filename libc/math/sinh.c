/* sinh: the hyperbolic sine. */
#include <math.h>

#include "libc/math/wide.h"

double sinh(double x)
{
    long double grown;

    if (!isfinite(x) || x == 0)
        return x;
    grown = __wide_expm1(fabs(x));
    grown = (grown + grown / (grown + 1)) / 2;
    return __narrow(x < 0 ? -grown : grown);
}
