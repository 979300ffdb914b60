/*
 * fesetexceptflag: these exceptions have happened or not, as was saved. They are set in MXCSR only:
 * in the x87's status one that isn't masked would trap later on.
 */
#include "libc/fenv/environment.h"

int fesetexceptflag(const fexcept_t *flags, int exceptions)
{
    fenv_t environment;

    exceptions &= FE_ALL_EXCEPT;
    environment_store(&environment);
    environment.status &= (unsigned short)~exceptions;
    environment.mxcsr &= ~(unsigned int)exceptions;
    environment.mxcsr |= (unsigned int)(*flags & exceptions);
    environment_load(&environment);
    return 0;
}
