/* What log, log2 and log10 share: the ends of their domain. */
#include <math.h>

#include "libc/math/wide.h"

bool __log_is_special(double x, double *result)
{
    if (isnan(x) || (isinf(x) && x > 0)) {
        *result = x;
        return true;
    }
    if (x > 0)
        return false;
    *result = x == 0 ? __math_pole(true) : __math_invalid();
    return true;
}
