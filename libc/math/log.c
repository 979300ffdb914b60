/* log: the natural logarithm. */
#include <math.h>

#include "libc/math/wide.h"

double log(double x)
{
    struct wide_pair log;
    double special;

    if (__log_is_special(x, &special))
        return special;
    log = __wide_log(x);
    return __narrow(log.high + log.low);
}
