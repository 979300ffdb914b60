/* ilogb: the exponent of x, as an integer. */
#include <errno.h>
#include <limits.h>
#include <math.h>

int ilogb(double x)
{
    int exponent;

    if (isfinite(x) && x != 0) {
        frexp(x, &exponent);
        return exponent - 1;
    }
    errno = EDOM;
    return isinf(x) ? INT_MAX : FP_ILOGB0;
}
