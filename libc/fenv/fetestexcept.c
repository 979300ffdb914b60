/* fetestexcept: which of these exceptions have happened, in either environment. */
#include <fenv.h>

int fetestexcept(int exceptions)
{
    unsigned short status;
    unsigned int mxcsr;

    __asm__ volatile("fnstsw %0\n\tstmxcsr %1" : "=a"(status), "=m"(mxcsr));
    return (int)(status | mxcsr) & exceptions & FE_ALL_EXCEPT;
}
