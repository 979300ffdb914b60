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
#include "kernel/abi/errno.h"
#include "kernel/core/atomic.h"
#include "kernel/core/init.h"
#include "kernel/core/log.h"
#include "kernel/core/panic.h"
#include "kernel/lib/parse.h"

#define PIT_CHANNEL0 0x40
#define PIT_COMMAND 0x43
#define PIT_CHANNEL0_RATE 0x34 /* channel 0, low then high byte, mode 2 */
#define PIT_IRQ 0

#define NS_PER_SECOND 1000000000ul
#define THRESHOLD_MAX_SECONDS 60 /* Linux's */

DEFINE_PER_CPU(uint64_t, percpu_heartbeat_ns) = UINT64_MAX;

uint64_t watchdog_stall_ns = 20 * NS_PER_SECOND;

/* watchdog_thresh=SECONDS, as Linux calls it. */
static void threshold_choose(void)
{
    char text[8];
    uint64_t seconds;
    int err = cmdline_get(boot_command_line, "watchdog_thresh", text, sizeof(text));

    if (err == -ENOENT)
        return;
    if (err < 0 || parse_u64(text, 10, &seconds) != 0 || seconds == 0 ||
        seconds > THRESHOLD_MAX_SECONDS)
        pr_warn("watchdog_thresh= takes 1 to %d seconds", THRESHOLD_MAX_SECONDS);
    else
        watchdog_stall_ns = seconds * NS_PER_SECOND;
}

void watchdog_init(void)
{
    threshold_choose();
    io_write8(PIT_COMMAND, PIT_CHANNEL0_RATE);
    io_write8(PIT_CHANNEL0, 0); /* 65536: the longest period, 55 ms */
    io_write8(PIT_CHANNEL0, 0);
    irq_route_nmi(machine.isa[PIT_IRQ].gsi);
}

static bool heart_stands_still(uint32_t cpu)
{
    uint64_t beat = atomic_load(per_cpu_ptr(&percpu_heartbeat_ns, cpu));
    uint64_t now = cpu_clock_ns();

    return now > beat && now - beat > watchdog_stall_ns;
}

void watchdog_check(const struct pt_regs *regs)
{
    uint32_t cpu, me = cpu_id();

    if (smp_is_stopped())
        return;
    if (heart_stands_still(me))
        panic_hang(regs, "CPU %u has taken no interrupt for %lu seconds", me,
                   watchdog_stall_ns / NS_PER_SECOND);
    if (me != 0)
        return;
    for_each_cpu (cpu, cpus_online_mask & ~1ull)
        if (heart_stands_still(cpu))
            apic_send(machine.apic_ids[cpu], APIC_NMI, 0);
}
