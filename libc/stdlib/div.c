/* div: quotient and remainder. */
#include <stdlib.h>

div_t div(int dividend, int divisor)
{
    return (div_t){dividend / divisor, dividend % divisor};
}
