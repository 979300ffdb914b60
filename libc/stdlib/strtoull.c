/* strtoull: strtoul, for long long is as long. */
#include <stdlib.h>

unsigned long long strtoull(const char *restrict text, char **restrict end, int base)
{
    return strtoul(text, end, base);
}
