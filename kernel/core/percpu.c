/*
 * Per-CPU areas. CPU 0's lies behind the image's data (linker.ld) and is filled by boot/start.asm;
 * the others' come from memory.
 */
#include "kernel/core/percpu.h"

#include "kernel/lib/string.h"

extern char _percpu_start[], _percpu_end[], _percpu_boot[]; /* linker.ld */

uintptr_t percpu_offset[MAX_CPUS];
cpumask_t cpus_online_mask = 1;

DEFINE_PER_CPU(uint32_t, percpu_cpu_id);
DEFINE_PER_CPU(uintptr_t, percpu_self_offset);

size_t percpu_size(void)
{
    return (size_t)(_percpu_end - _percpu_start);
}

void percpu_area_init(uint32_t cpu, void *area)
{
    uintptr_t offset = (uintptr_t)area - (uintptr_t)_percpu_start;

    memcpy(area, _percpu_start, percpu_size());
    percpu_offset[cpu] = offset;
    *(uint32_t *)((uintptr_t)&percpu_cpu_id + offset) = cpu;
    *(uintptr_t *)((uintptr_t)&percpu_self_offset + offset) = offset;
}

void percpu_boot_init(void)
{
    percpu_area_init(0, _percpu_boot);
}
