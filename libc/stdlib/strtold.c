/* strtold: text to long double. */
#include <stdlib.h>

#include "libc/numeric/scan.h"

long double strtold(const char *restrict text, char **restrict end)
{
    return __scan_float(text, end, &__long_double_type);
}
