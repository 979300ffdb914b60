/*
 * Starting the other CPUs: what smp.c and secondary.asm share.
 */
#ifndef LIMEN_X86_SMP_H
#define LIMEN_X86_SMP_H

#include "kernel/lib/types.h"

/* The code that a CPU wakes up in, copied to a page below 1 MiB (secondary.asm). */
extern const char secondary_code[], secondary_code_end[];

/* What secondary.asm hands to the CPU that is being started; one at a time. */
struct secondary_start {
    uint64_t page_table; /* CR3: the kernel's */
    uint64_t stack_top;
    uint64_t gs_base;
};

extern struct secondary_start secondary_start;

/* True once a CPU has called cpus_stop_others: what stands still from now on is meant to. */
bool smp_is_stopped(void);

/* From an NMI: ends this CPU's work if another one has called cpus_stop_others. */
void smp_stop_if_told(void);

/* secondary.asm -> C, on the new CPU's own stack with its GS base set. */
__attribute__((noreturn)) void secondary_main(void);

#endif
