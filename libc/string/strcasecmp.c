/* strcasecmp: strcmp that takes small and capital letters for the same. */
#include <ctype.h>
#include <strings.h>

int strcasecmp(const char *a, const char *b)
{
    while (*a && tolower((unsigned char)*a) == tolower((unsigned char)*b)) {
        a++;
        b++;
    }
    return tolower((unsigned char)*a) - tolower((unsigned char)*b);
}
