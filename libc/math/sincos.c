/* sincos: sine and cosine of one angle. */
#include <math.h>

void sincos(double x, double *sine, double *cosine)
{
    *sine = sin(x);
    *cosine = cos(x);
}
