/* rand_r: a generator whose state is the caller's (Marsaglia's xorshift, and a multiplication). */
#include <stdlib.h>

int rand_r(unsigned int *seed)
{
    unsigned int x = *seed ? *seed : 0x9e3779b9U;

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    *seed = x;
    return (int)((x * 0x9e3779b1U) >> 1);
}
