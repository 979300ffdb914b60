/* imaxdiv: quotient and remainder. */
#include <inttypes.h>

imaxdiv_t imaxdiv(intmax_t dividend, intmax_t divisor)
{
    return (imaxdiv_t){dividend / divisor, dividend % divisor};
}
