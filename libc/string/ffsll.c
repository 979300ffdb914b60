/* ffsll: the number, from 1, of the lowest bit set. */
#include <strings.h>

int ffsll(long long value)
{
    return __builtin_ffsll(value);
}
