/* ffs: the number, from 1, of the lowest bit set. */
#include <strings.h>

int ffs(int value)
{
    return __builtin_ffs(value);
}
