/*
 * The CPU's part of the boot story, in the order in which kernel/main.c calls it, on CPU 0.
 */
#ifndef LIMEN_ARCH_API_BOOT_H
#define LIMEN_ARCH_API_BOOT_H

#include "kernel/lib/types.h"

/* Segments, exceptions, CPU features, the firmware's tables; then the final page tables: the
 * identity map is gone. Needs boot_info and the early allocator. */
void arch_init_cpu(void);

/* Interrupt controllers, clock, lock-up detector. Needs memory_hooks in full. */
void arch_init_devices(void);

/* Ticks of the CPU's counter (TSC) since it was reset; with QEMU's -icount shift=0, instructions.
 */
uint64_t cpu_ticks(void);
uint64_t cpu_ticks_to_ns(uint64_t ticks); /* after arch_init_devices */

#endif
