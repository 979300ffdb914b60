/* scalbn: x times a power of 2. */
#include <math.h>

double scalbn(double x, int exponent)
{
    return scalbln(x, exponent);
}
