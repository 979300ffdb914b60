/* strtod: text to double. */
#include <stdlib.h>

#include "libc/numeric/scan.h"

double strtod(const char *restrict text, char **restrict end)
{
    return (double)__scan_float(text, end, &__double_type);
}
