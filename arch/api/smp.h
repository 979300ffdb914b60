/*
 * More than one CPU: starting them and reaching them.
 */
#ifndef LIMEN_ARCH_API_SMP_H
#define LIMEN_ARCH_API_SMP_H

#include "kernel/lib/types.h"

/* Starts every CPU that the firmware lists, one after the other; each ends up in
 * upcall_secondary_cpu(). Returns how many are up. */
uint32_t smp_start_cpus(void);

/* A further CPU can run threads from now on: it enters cpus_online_mask. */
void smp_cpu_is_up(void);

/* Makes CPU look at its need-resched word. Callable with interrupts off. */
void smp_reschedule(uint32_t cpu);

/* Runs fn(arg) on every CPU of mask but this one, in interrupt context, and returns when all are
 * done. Interrupts must be on, preemption off, and no lock held that somebody takes with interrupts
 * off: a CPU that spins so would never serve the call. */
void smp_call(cpumask_t mask, void (*fn)(void *arg), void *arg);

#endif
