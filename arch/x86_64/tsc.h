/*
 * The CPU's time-stamp counter (SDM vol. 2, RDTSC). Kernel and vDSO.
 */
#ifndef LIMEN_X86_TSC_H
#define LIMEN_X86_TSC_H

#include "kernel/lib/types.h"

static inline uint64_t tsc_read(void)
{
    uint32_t low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

/* For clocks: not before what comes before it. RDTSC alone may run early, and a clock that was
 * read after another one, or after a message from another CPU, would seem to go back. */
static inline uint64_t tsc_read_ordered(void)
{
    __asm__ volatile("lfence" : : : "memory");
    return tsc_read();
}

#endif
