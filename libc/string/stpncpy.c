/* stpncpy: strncpy that returns the first NUL it wrote, or the buffer's end. */
#include <string.h>

char *stpncpy(char *restrict to, const char *restrict from, size_t size)
{
    size_t length = strnlen(from, size);

    memcpy(to, from, length);
    memset(to + length, 0, size - length);
    return to + length;
}
