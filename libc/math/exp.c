/* exp: e to the power of x. */
#include <math.h>

#include "libc/math/wide.h"

double exp(double x)
{
    if (isnan(x) || isinf(x))
        return x < 0 ? 0 : x;
    return __narrow(__wide_exp((struct wide_pair){x, 0}));
}
