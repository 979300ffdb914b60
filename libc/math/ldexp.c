/* ldexp: scalbn. */
#include <math.h>

double ldexp(double x, int exponent)
{
    return scalbln(x, exponent);
}
