/*
 * What the kernel asks of the CPU it runs on: interrupts on and off, idling, features, power.
 */
#ifndef LIMEN_ARCH_API_CPU_H
#define LIMEN_ARCH_API_CPU_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

struct pt_regs;

/* Interrupt flag of this CPU. irq_save returns the old state for irq_restore. */
static inline unsigned long irq_save(void)
{
    unsigned long flags;

    __asm__ volatile("pushfq; popq %0; cli" : "=r"(flags) : : "memory");
    return flags;
}

static inline void irq_restore(unsigned long flags)
{
    if (flags & 0x200)
        __asm__ volatile("sti" : : : "memory");
}

static inline void irq_enable(void)
{
    __asm__ volatile("sti" : : : "memory");
}

static inline void irq_disable(void)
{
    __asm__ volatile("cli" : : : "memory");
}

static inline bool irq_enabled(void)
{
    unsigned long flags;

    __asm__ volatile("pushfq; popq %0" : "=r"(flags));
    return (flags & 0x200) != 0;
}

/* In a spin loop. */
static inline void cpu_relax(void)
{
    __asm__ volatile("pause" : : : "memory");
}

/* Interrupts on and wait for one, as one step: an interrupt that is pending already wakes. */
void cpu_idle_wait(void);

/* One line on what the CPU is and which of its features are in use. */
void cpu_report(void);

/* Calls `hear` with what /proc/cpuinfo tells of a CPU, line by line. */
void cpu_describe(uint32_t cpu, void (*hear)(void *context, const char *name, const char *value),
                  void *context);

/* Nanoseconds since the clock started; free-running, callable from anywhere. */
uint64_t cpu_clock_ns(void);

/* Seconds since 1970 by the battery-backed clock. Slow: boot only. */
uint64_t cpu_rtc_seconds(void);

/* Asks for this CPU's tick upcall (arch/api/upcalls.h) at cpu_clock_ns() >= deadline_ns; replaces
 * what was asked before. UINT64_MAX: never. */
void cpu_timer_arm(uint64_t deadline_ns);

/* Random bits from the hardware: false where there is no source. Mix in time stamps as well. */
bool cpu_random(uint64_t *value);

/* The end: never return. */
__noreturn void machine_power_off(void);
__noreturn void machine_restart(void);
__noreturn void machine_halt(void);

/* Stops all other CPUs for good (by NMI: also those with interrupts off), and interrupts here. If
 * another CPU was quicker, does not return. No lock that they may hold can be taken any more. */
void cpus_stop_others(void);

/* Prints registers, control registers and the kernel's backtrace for a panic report. */
void cpu_report_state(const struct pt_regs *regs);

/* Up to `most` return addresses of the running code (regs NULL) or of the interrupted one. */
size_t cpu_backtrace(const struct pt_regs *regs, uintptr_t *addresses, size_t most);

#endif
