/* The end of a function: the result as a double, and errors. */
#include <errno.h>
#include <math.h>

#include "libc/math/wide.h"

double __narrow(long double x)
{
    double result = (double)x;

    if ((isinf(result) && !isinf(x)) || (result == 0 && x != 0))
        errno = ERANGE;
    return result;
}

double __math_invalid(void)
{
    errno = EDOM;
    return NAN;
}

double __math_pole(bool negative)
{
    errno = ERANGE;
    return negative ? -HUGE_VAL : HUGE_VAL;
}
