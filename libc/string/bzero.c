/* bzero: memset of old. */
#include <string.h>

void bzero(void *block, size_t size)
{
    memset(block, 0, size);
}
