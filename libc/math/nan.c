/* nan: a NaN. The tag has no meaning here. */
#include <math.h>

double nan(const char *tag)
{
    (void)tag;
    return NAN;
}
