/* strtoul: text to unsigned long; a minus sign negates the unsigned result. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "libc/numeric/scan.h"

unsigned long strtoul(const char *restrict text, char **restrict end, int base)
{
    struct scanned_integer number;

    if (base < 0 || base == 1 || base > 36) {
        errno = EINVAL;
        return 0;
    }
    number = __scan_integer(text, base);
    if (end)
        *end = (char *)number.end;
    if (number.overflow) {
        errno = ERANGE;
        return ULONG_MAX;
    }
    return number.negative ? -number.magnitude : number.magnitude;
}
