/* strtoll: strtol, for long long is as long. */
#include <stdlib.h>

long long strtoll(const char *restrict text, char **restrict end, int base)
{
    return strtol(text, end, base);
}
