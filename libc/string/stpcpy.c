/* stpcpy: strcpy that returns the copy's end. */
#include <string.h>

char *stpcpy(char *restrict to, const char *restrict from)
{
    size_t length = strlen(from);

    memcpy(to, from, length + 1);
    return to + length;
}
