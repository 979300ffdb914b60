/* strncpy: fills a buffer with a string and NULs; a string too long has none at its end. */
#include <string.h>

char *strncpy(char *restrict to, const char *restrict from, size_t size)
{
    stpncpy(to, from, size);
    return to;
}
