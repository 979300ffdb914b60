/* log2: the logarithm of base 2, exact for its powers. */
#include <math.h>

#include "libc/math/wide.h"

#define LOG2_E 0xb8aa3b295c17f0bcp-63L

double log2(double x)
{
    struct wide_pair log;
    double special;
    long double m;
    int k;

    if (__log_is_special(x, &special))
        return special;
    m = __wide_split(x, &k);
    log = __wide_log(m);
    return __narrow(k + (log.high + log.low) * LOG2_E);
}
