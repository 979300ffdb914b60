/* round: the nearest integer, of two the one farther from 0. */
#include <math.h>

double round(double x)
{
    double whole = trunc(x);

    if (fabs(x - whole) >= 0.5)
        whole += copysign(1, x);
    return whole;
}
