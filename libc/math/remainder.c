/* remainder: x less the whole times y that is nearest to it; exact. */
#include <math.h>

#include "libc/math/wide.h"

double remainder(double x, double y)
{
    return __wide_rest(x, y, true);
}
