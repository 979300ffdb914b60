/* strtoumax: strtoul, for long is the longest. */
#include <inttypes.h>
#include <stdlib.h>

uintmax_t strtoumax(const char *restrict text, char **restrict end, int base)
{
    return strtoul(text, end, base);
}
