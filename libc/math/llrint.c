/* llrint: rint, as an integer. */
#include <math.h>

long long llrint(double x)
{
    return (long long)rint(x);
}
