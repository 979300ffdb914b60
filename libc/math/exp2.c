/* exp2: 2 to the power of x. */
#include <math.h>

#include "libc/math/wide.h"

#define LN2 0xb17217f7d1cf79acp-64L

double exp2(double x)
{
    double whole = rint(x);

    if (isnan(x) || isinf(x))
        return x < 0 ? 0 : x;
    if (fabs(x) > 4000)
        return __narrow(__wide_scale(1, x < 0 ? -16000 : 16000));
    return __narrow(__wide_scale(1 + __wide_expm1((x - (long double)whole) * LN2), (int)whole));
}
