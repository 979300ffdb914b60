/*
 * Per-CPU data.
 *
 * DEFINE_PER_CPU places a variable in the section .percpu, which is a template: every CPU has its
 * own copy, and GS points at the distance between that copy and the template. So this_cpu(x) is one
 * instruction with a GS prefix, and every layer can own per-CPU variables of its own.
 *
 * this_cpu(x) is an lvalue in the GS segment: use it for scalars. this_cpu_ptr(&x) gives a plain
 * pointer; it is meaningful only while the thread can't move to another CPU (preemption off).
 */
#ifndef LIMEN_CORE_PERCPU_H
#define LIMEN_CORE_PERCPU_H

#include "kernel/lib/types.h"

#define MAX_CPUS 64

#define DEFINE_PER_CPU(type, name) __attribute__((section(".percpu"), used)) __typeof__(type) name
#define DECLARE_PER_CPU(type, name) extern __typeof__(type) name

extern uintptr_t percpu_offset[MAX_CPUS]; /* copy of CPU n minus template */

DECLARE_PER_CPU(uint32_t, percpu_cpu_id);
DECLARE_PER_CPU(uintptr_t, percpu_self_offset);

#define this_cpu(name) (*(__typeof__(name) __seg_gs *)(uintptr_t) & (name))
#define this_cpu_ptr(ptr) ((__typeof__(ptr))((uintptr_t)(ptr) + this_cpu(percpu_self_offset)))
#define per_cpu_ptr(ptr, cpu) ((__typeof__(ptr))((uintptr_t)(ptr) + percpu_offset[cpu]))

/* The number of the CPU that runs this, 0 to cpus_online() - 1. */
static inline uint32_t cpu_id(void)
{
    return this_cpu(percpu_cpu_id);
}

/* CPUs that run the scheduler now: bit n set when CPU n is up. Grows during boot, never shrinks. */
extern cpumask_t cpus_online_mask;

static inline uint32_t cpus_online(void)
{
    return (uint32_t)__builtin_popcountll(cpus_online_mask);
}

#define for_each_cpu(cpu, mask)                                                           \
    for (cpumask_t _m = (mask); _m != 0 && ((cpu) = (uint32_t)__builtin_ctzll(_m), true); \
         _m &= _m - 1)

/* Makes `area` (percpu_size() bytes) the copy of CPU `cpu`: percpu_offset[cpu] is its GS base. */
size_t percpu_size(void);
void percpu_area_init(uint32_t cpu, void *area);

/* CPU 0, first thing in C: its area is part of the image and GS points at it already. */
void percpu_boot_init(void);

#endif
