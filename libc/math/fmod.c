/* fmod: what is left of x after whole times y, with the sign of x; exact. */
#include <math.h>

#include "libc/math/wide.h"

double fmod(double x, double y)
{
    return __wide_rest(x, y, false);
}
