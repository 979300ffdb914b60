/*
 * Debug builds: the perturber, which lets threads meet in other orders than they do by themselves.
 * Off but for the kernel's command line (kernel/sched/perturb.c). A release build has none of it.
 */
#ifndef LIMEN_CORE_PERTURB_H
#define LIMEN_CORE_PERTURB_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

#if LIMEN_DEBUG

extern bool perturb_on; /* set once, at boot */
void perturb(void);     /* a hook, filled by kernel/sched */

/* Where locks are taken and released, threads go to sleep and are woken: now and then yields the
 * CPU, or dawdles where that is not allowed. From any context. */
static inline void perturb_here(void)
{
    if (unlikely(perturb_on))
        perturb();
}

#else

static inline void perturb_here(void)
{
}

#endif

#endif
