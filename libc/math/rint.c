/* rint: the nearest integer, of two the even one, or as the rounding mode has it. */
#include <math.h>

/* From here on doubles have no fraction. */
#define WHOLE 0x1p52

double rint(double x)
{
    double whole = signbit(x) ? -WHOLE : WHOLE;

    if (!(fabs(x) < WHOLE))
        return x;
    return copysign(x + whole - whole, x);
}
