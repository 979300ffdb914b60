/* srandom: starts the sequence that belongs to a seed. */
#include <stdlib.h>

#include "libc/stdlib/random.h"

void srandom(unsigned int seed)
{
    __random_state = seed;
}
