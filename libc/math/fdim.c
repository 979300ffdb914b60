/* fdim: how much x is above y, or 0. */
#include <math.h>

#include "libc/math/wide.h"

double fdim(double x, double y)
{
    if (isnan(x) || isnan(y))
        return x + y;
    return x > y ? __narrow((long double)x - (long double)y) : 0;
}
