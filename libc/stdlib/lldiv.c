/* lldiv: quotient and remainder. */
#include <stdlib.h>

lldiv_t lldiv(long long dividend, long long divisor)
{
    return (lldiv_t){dividend / divisor, dividend % divisor};
}
