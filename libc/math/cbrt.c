/* cbrt: the cube root, by Newton's method. */
#include <math.h>

#include "libc/math/wide.h"

double cbrt(double x)
{
    long double size, root = 1;
    int exponent;

    if (!isfinite(x) || x == 0)
        return x;
    size = __wide_split(fabs(x), &exponent);
    for (; exponent % 3; exponent--)
        size *= 2;
    for (int i = 0; i < 8; i++)
        root = (2 * root + size / (root * root)) / 3;
    return __narrow(__wide_scale(x < 0 ? -root : root, exponent / 3));
}
