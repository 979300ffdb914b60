/* The two floating-point environments, as one. SDM vol. 2, FNSTENV, FLDENV, STMXCSR, LDMXCSR. */
#ifndef LIMEN_LIBC_FENV_ENVIRONMENT_H
#define LIMEN_LIBC_FENV_ENVIRONMENT_H

#include <fenv.h>

#define FE_ALL_MASKED 0x3f /* with that for denormal numbers, which C doesn't name */
#define MXCSR_MASK_SHIFT 7
#define MXCSR_ROUNDING_SHIFT 3

/* FNSTENV also masks all exceptions of the x87: without a load afterwards they stay masked. */
static inline void environment_store(fenv_t *environment)
{
    __asm__ volatile("fnstenv %0\n\tstmxcsr %1"
                     : "=m"(*environment), "=m"(environment->mxcsr)
                     :
                     : "memory");
}

static inline void environment_load(const fenv_t *environment)
{
    __asm__ volatile("fldenv %0\n\tldmxcsr %1"
                     :
                     : "m"(*environment), "m"(environment->mxcsr)
                     : "memory");
}

#endif
