/* bcmp: memcmp of old. */
#include <string.h>

int bcmp(const void *a, const void *b, size_t size)
{
    return memcmp(a, b, size);
}
