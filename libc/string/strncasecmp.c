/* strncasecmp: strcasecmp of at most `size` characters. */
#include <ctype.h>
#include <strings.h>

int strncasecmp(const char *a, const char *b, size_t size)
{
    if (size == 0)
        return 0;
    while (--size > 0 && *a && tolower((unsigned char)*a) == tolower((unsigned char)*b)) {
        a++;
        b++;
    }
    return tolower((unsigned char)*a) - tolower((unsigned char)*b);
}
