/* ldiv: quotient and remainder. */
#include <stdlib.h>

ldiv_t ldiv(long dividend, long divisor)
{
    return (ldiv_t){dividend / divisor, dividend % divisor};
}
