/* strtol: text to long. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "libc/numeric/scan.h"

long strtol(const char *restrict text, char **restrict end, int base)
{
    struct scanned_integer number;

    if (base < 0 || base == 1 || base > 36) {
        errno = EINVAL;
        return 0;
    }
    number = __scan_integer(text, base);
    if (end)
        *end = (char *)number.end;
    if (number.magnitude > (unsigned long)LONG_MAX + number.negative) {
        errno = ERANGE;
        return number.negative ? LONG_MIN : LONG_MAX;
    }
    return (long)(number.negative ? -number.magnitude : number.magnitude);
}
