/* sqrt: the square root. */
#include <math.h>

#include "libc/math/wide.h"

double sqrt(double x)
{
    if (x < 0)
        return __math_invalid();
    __asm__("sqrtsd %0, %0" : "+x"(x));
    return x;
}
