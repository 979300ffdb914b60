/*
 * Which CPU this is, for ring 3: the limit of a segment that nobody uses is the CPU's number, and
 * LSL tells limits (SDM vol. 2, LSL). RDPID would be quicker, but not every CPU has it.
 */
#ifndef LIMEN_X86_CPU_NUMBER_H
#define LIMEN_X86_CPU_NUMBER_H

#include "kernel/lib/types.h"

#define CPU_NUMBER_SELECTOR 0x7b /* Linux's value */

static inline uint32_t cpu_number(void)
{
    uint32_t limit;

    __asm__ volatile("lsl %1, %0" : "=r"(limit) : "r"(CPU_NUMBER_SELECTOR) : "cc");
    return limit;
}

#endif
