/* ffsl: the number, from 1, of the lowest bit set. */
#include <strings.h>

int ffsl(long value)
{
    return __builtin_ffsl(value);
}
