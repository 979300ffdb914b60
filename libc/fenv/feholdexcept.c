/* feholdexcept: saves the environment; from now on no exception has happened, and none traps. */
#include "libc/fenv/environment.h"

int feholdexcept(fenv_t *environment)
{
    fenv_t held;

    environment_store(environment);
    held = *environment;
    held.control |= FE_ALL_MASKED;
    held.status &= (unsigned short)~FE_ALL_MASKED;
    held.mxcsr |= FE_ALL_MASKED << MXCSR_MASK_SHIFT;
    held.mxcsr &= ~(unsigned int)FE_ALL_MASKED;
    environment_load(&held);
    return 0;
}
