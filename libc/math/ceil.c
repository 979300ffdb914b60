/* ceil: the least integer that is not below x. */
#include <math.h>

double ceil(double x)
{
    double whole = trunc(x);

    return whole < x ? whole + 1 : whole;
}
