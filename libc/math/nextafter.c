/* nextafter: the double next to x in the direction of another. Their bits are ordered as they are.
 */
#include <errno.h>
#include <math.h>
#include <stdint.h>

union double_bits {
    double value;
    int64_t bits;
};

double nextafter(double x, double towards)
{
    union double_bits next = {.value = x};

    if (isnan(x) || isnan(towards))
        return x + towards;
    if (x == towards)
        return towards;
    if (x == 0)
        next.value = copysign(0x1p-1074, towards);
    else
        next.bits += (x < towards) == (x > 0) ? 1 : -1;
    if (isinf(next.value) || fabs(next.value) < 0x1p-1022)
        errno = ERANGE;
    return next.value;
}
