/* strncmp: strcmp of at most `size` characters. */
#include <string.h>

int strncmp(const char *a, const char *b, size_t size)
{
    if (size == 0)
        return 0;
    while (--size > 0 && *a && *a == *b) {
        a++;
        b++;
    }
    return (unsigned char)*a - (unsigned char)*b;
}
