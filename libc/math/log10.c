/* log10: the logarithm of base 10, exact for its powers. */
#include <math.h>

#include "libc/math/wide.h"

#define LOG10_E 0xde5bd8a937287195p-65L
#define LOG10_2 0x9a209a84fbcff799p-65L

double log10(double x)
{
    struct wide_pair log;
    double special;
    long double m;
    int k;

    if (__log_is_special(x, &special))
        return special;
    m = __wide_split(x, &k);
    log = __wide_log(m);
    return __narrow(k * LOG10_2 + (log.high + log.low) * LOG10_E);
}
