/* feraiseexcept: these exceptions happen: with one that isn't masked, FWAIT traps (SIGFPE). */
#include "libc/fenv/environment.h"

/* Any exception that isn't masked. The CPU makes this bit itself; QEMU loads it as it is stored. */
#define X87_STATUS_SUMMARY 0x80

int feraiseexcept(int exceptions)
{
    fenv_t environment;

    exceptions &= FE_ALL_EXCEPT;
    environment_store(&environment);
    environment.status |= (unsigned short)exceptions;
    if (exceptions & ~environment.control)
        environment.status |= X87_STATUS_SUMMARY;
    environment_load(&environment);
    __asm__ volatile("fwait");
    return 0;
}
