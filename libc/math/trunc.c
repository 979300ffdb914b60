/* trunc: x without its fraction. */
#include <math.h>

double trunc(double x)
{
    if (!(fabs(x) < 0x1p52))
        return x;
    return copysign((double)(long)x, x);
}
