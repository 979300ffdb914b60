/*
 * The lock-up detector for CPUs that spin with interrupts off: their tick stops. Timer channel 0 of
 * the 8254, which nothing else uses, comes as a non-maskable interrupt to CPU 0 about 18 times a
 * second; CPU 0 looks whether every CPU's heart beats, and sends the same interrupt to one that
 * stands still, so that it reports where. (A CPU that lets interrupts in but never schedules is
 * found by its own tick: kernel/sched.)
 */
#include "kernel/core/watchdog.h"
#include "arch/api/cpu.h"
#include "arch/api/irq.h"
#include "arch/x86_64/apic.h"
#include "arch/x86_64/smp.h"
#include "kernel/core/atomic.h"
#include "kernel/core/panic.h"

#define PIT_CHANNEL0 0x40
#define PIT_COMMAND 0x43
#define PIT_CHANNEL0_RATE 0x34 /* channel 0, low then high byte, mode 2 */
#define PIT_IRQ 0

DEFINE_PER_CPU(uint64_t, percpu_heartbeat_ns) = UINT64_MAX;

void watchdog_init(void)
{
    io_write8(PIT_COMMAND, PIT_CHANNEL0_RATE);
    io_write8(PIT_CHANNEL0, 0); /* 65536: the longest period, 55 ms */
    io_write8(PIT_CHANNEL0, 0);
    irq_route_nmi(machine.isa[PIT_IRQ].gsi);
}

static bool heart_stands_still(uint32_t cpu)
{
    uint64_t beat = atomic_load(per_cpu_ptr(&percpu_heartbeat_ns, cpu));
    uint64_t now = cpu_clock_ns();

    return now > beat && now - beat > WATCHDOG_STALL_NS;
}

void watchdog_check(const struct pt_regs *regs)
{
    uint32_t cpu, me = cpu_id();

    if (smp_is_stopped())
        return;
    if (heart_stands_still(me))
        panic_hang(regs, "CPU %u has taken no interrupt for %lu seconds", me,
                   WATCHDOG_STALL_NS / 1000000000);
    if (me != 0)
        return;
    for_each_cpu (cpu, cpus_online_mask & ~1ull)
        if (heart_stands_still(cpu))
            apic_send(machine.apic_ids[cpu], APIC_NMI, 0);
}
