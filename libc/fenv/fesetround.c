/* fesetround: how results are to be rounded. */
#include "libc/fenv/environment.h"

int fesetround(int rounding)
{
    unsigned short control;
    unsigned int mxcsr;

    if (rounding & ~FE_TOWARDZERO)
        return 1;
    __asm__ volatile("fnstcw %0\n\tstmxcsr %1" : "=m"(control), "=m"(mxcsr));
    control = (unsigned short)((control & ~FE_TOWARDZERO) | rounding);
    mxcsr &= ~((unsigned int)FE_TOWARDZERO << MXCSR_ROUNDING_SHIFT);
    mxcsr |= (unsigned int)rounding << MXCSR_ROUNDING_SHIFT;
    __asm__ volatile("fldcw %0\n\tldmxcsr %1" : : "m"(control), "m"(mxcsr));
    return 0;
}
