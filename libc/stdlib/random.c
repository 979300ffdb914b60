/*
 * random: 31 bits from a linear congruential generator of 64 bits, the upper half of whose state
 * is well mixed (Knuth, TAOCP 2, 3.3.4, gives the multiplier). Not for secrets: getrandom is.
 */
#include <stdlib.h>

#include "libc/stdlib/random.h"

uint64_t __random_state = 1;

long random(void)
{
    __random_state = __random_state * 6364136223846793005U + 1442695040888963407U;
    return (long)(__random_state >> 33);
}
