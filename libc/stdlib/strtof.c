/* strtof: text to float. */
#include <stdlib.h>

#include "libc/numeric/scan.h"

float strtof(const char *restrict text, char **restrict end)
{
    return (float)__scan_float(text, end, &__float_type);
}
