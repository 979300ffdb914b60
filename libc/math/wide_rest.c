/* The loop of fmod and remainder. See SDM, FPREM, FPREM1. */
#include <math.h>

#include "libc/math/wide.h"

#define FPU_C2 0x400 /* the rest is not yet less than the divisor */

double __wide_rest(double x, double y, bool nearest)
{
    long double rest = x, divisor = y;
    unsigned short status;
    bool partial;

    if (isnan(x) || isnan(y))
        return x + y;
    if (isinf(x) || y == 0)
        return __math_invalid();
    do {
        if (nearest)
            __asm__("fprem1\n\tfnstsw %1" : "+t"(rest), "=a"(status) : "u"(divisor) : "cc");
        else
            __asm__("fprem\n\tfnstsw %1" : "+t"(rest), "=a"(status) : "u"(divisor) : "cc");
        partial = status & FPU_C2;
    } while (partial);
    return (double)rest;
}
