/* scalbln: x times a power of 2, rounded once. */
#include <math.h>

#include "libc/math/wide.h"

/* Farther than from the least double to the greatest. */
#define MOST 4000

double scalbln(double x, long exponent)
{
    if (!isfinite(x) || x == 0)
        return x;
    if (exponent > MOST || exponent < -MOST)
        exponent = exponent > 0 ? MOST : -MOST;
    return __narrow(__wide_scale(x, (int)exponent));
}
