/* rand: random, by its older name. */
#include <stdlib.h>

int rand(void)
{
    return (int)random();
}
