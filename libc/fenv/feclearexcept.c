/* feclearexcept: these exceptions have not happened. */
#include "libc/fenv/environment.h"

int feclearexcept(int exceptions)
{
    fenv_t environment;

    environment_store(&environment);
    environment.status &= (unsigned short)~(exceptions & FE_ALL_EXCEPT);
    environment.mxcsr &= ~(unsigned int)(exceptions & FE_ALL_EXCEPT);
    environment_load(&environment);
    return 0;
}
