/* copysign: x with the sign of another number. */
#include <math.h>

double copysign(double x, double sign)
{
    return __builtin_copysign(x, sign);
}
