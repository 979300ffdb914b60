/* hypot: how far (x, y) is from (0, 0). Squares of doubles fit into a wide number. */
#include <math.h>

#include "libc/math/wide.h"

double hypot(double x, double y)
{
    long double width = x, height = y;

    if (isinf(x) || isinf(y))
        return HUGE_VAL;
    return __narrow(__wide_sqrt(width * width + height * height));
}
