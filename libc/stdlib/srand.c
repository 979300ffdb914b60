/* srand: srandom, by its older name. */
#include <stdlib.h>

void srand(unsigned int seed)
{
    srandom(seed);
}
