/*
 * The other CPUs: starting them, interrupting them, having them call a function.
 *
 * smp_call works through one mailbox: the caller takes call.lock, puts the call in place,
 * interrupts the others and waits until all have served it. Whoever waits, for the lock or for the
 * others, does so with interrupts on and is interrupted to serve: two CPUs that call each other
 * don't wait for ever.
 */
#include "arch/api/smp.h"

#include "arch/api/cpu.h"
#include "arch/api/memory.h"
#include "arch/api/thread.h"
#include "arch/api/upcalls.h"
#include "arch/x86_64/apic.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/smp.h"
#include "arch/x86_64/trap.h"
#include "kernel/core/alloc.h"
#include "kernel/core/atomic.h"
#include "kernel/core/boot_info.h"
#include "kernel/core/clock.h"
#include "kernel/core/log.h"
#include "kernel/core/panic.h"
#include "kernel/core/preempt.h"
#include "kernel/lib/string.h"

#define LOW_END 0x9f000u /* below the extended BIOS data area */
#define LOW_START 0x1000u
#define START_TIMEOUT_NS (5 * NSEC_PER_SEC)

static struct {
    uint32_t lock; /* 1: taken; atomic */
    void (*fn)(void *argument);
    void *argument;
    cpumask_t waiting; /* CPUs that have not served it yet; atomic */
} call;

static uint32_t stopper;         /* the CPU that has stopped the others, + 1; 0: none; atomic */
static uint32_t secondary_alive; /* number of the CPU that came up last; atomic */

void smp_reschedule(uint32_t cpu)
{
    apic_send(machine.apic_ids[cpu], APIC_FIXED, VECTOR_RESCHEDULE);
}

void smp_call_serve(void)
{
    cpumask_t me = 1ull << cpu_id();

    if (!(atomic_load(&call.waiting) & me))
        return;
    call.fn(call.argument);
    atomic_and(&call.waiting, ~me);
}

void smp_call(cpumask_t mask, void (*fn)(void *argument), void *argument)
{
    cpumask_t others = mask & cpus_online_mask & ~(1ull << cpu_id());
    uint32_t cpu;

    if (!others)
        return;
    assert(irq_enabled());
    while (atomic_swap(&call.lock, 1) != 0)
        cpu_relax();
    call.fn = fn;
    call.argument = argument;
    atomic_store(&call.waiting, others);
    for_each_cpu (cpu, others)
        apic_send(machine.apic_ids[cpu], APIC_FIXED, VECTOR_CALL);
    while (atomic_load(&call.waiting) != 0)
        cpu_relax();
    atomic_store(&call.lock, 0);
}

void cpus_stop_others(void)
{
    uint32_t nobody = 0, cpu;

    irq_disable();
    if (!atomic_compare_swap(&stopper, &nobody, cpu_id() + 1))
        smp_stop_if_told();
    for_each_cpu (cpu, cpus_online_mask & ~(1ull << cpu_id()))
        apic_send(machine.apic_ids[cpu], APIC_NMI, 0);
}

void smp_stop_if_told(void)
{
    uint32_t who = atomic_load(&stopper);

    if (who != 0 && who != cpu_id() + 1)
        machine_halt();
}

bool smp_is_stopped(void)
{
    return atomic_load(&stopper) != 0;
}

static void delay(uint64_t ns)
{
    uint64_t end = cpu_clock_ns() + ns;

    while (cpu_clock_ns() < end)
        cpu_relax();
}

/* A page of RAM that real mode can reach; 0 if there is none. */
static phys_addr_t low_page_find(void)
{
    for (unsigned i = 0; i < boot_info.range_count; i++) {
        phys_addr_t start = max(boot_info.ranges[i].start, (phys_addr_t)LOW_START);

        if (start + PAGE_SIZE <= boot_info.ranges[i].end && start + PAGE_SIZE <= LOW_END)
            return start;
    }
    return 0;
}

/* Per-CPU area and stack of a CPU to start; they stay for good. False: no memory. */
static bool secondary_prepare(uint32_t cpu)
{
    void *area = memory_hooks->stack_alloc(round_up(percpu_size(), PAGE_SIZE));
    uint8_t *stack = memory_hooks->stack_alloc(KERNEL_STACK_SIZE);

    if (!area || !stack) {
        memory_hooks->stack_free(area);
        memory_hooks->stack_free(stack);
        return false;
    }
    percpu_area_init(cpu, area);
    secondary_start.page_table = kernel_page_table.root;
    secondary_start.stack_top = (uintptr_t)stack + KERNEL_STACK_SIZE;
    secondary_start.gs_base = percpu_offset[cpu];
    return true;
}

/* INIT, then STARTUP twice, with the pauses that the manual asks for. */
static bool secondary_wake(uint32_t cpu, phys_addr_t page)
{
    uint32_t apic = machine.apic_ids[cpu];
    uint64_t end = cpu_clock_ns() + START_TIMEOUT_NS;

    apic_send(apic, APIC_INIT, 0);
    delay(10 * NSEC_PER_MSEC);
    for (int i = 0; i < 2; i++) {
        apic_send(apic, APIC_STARTUP, (uint32_t)(page >> PAGE_SHIFT));
        delay(200 * NSEC_PER_USEC);
        if (atomic_load(&secondary_alive) == cpu)
            return true;
    }
    while (atomic_load(&secondary_alive) != cpu && cpu_clock_ns() < end)
        cpu_relax();
    return atomic_load(&secondary_alive) == cpu;
}

uint32_t smp_start_cpus(void)
{
    phys_addr_t page = low_page_find();

    if (machine.cpu_count > 1 && !page) {
        pr_warn("smp: no page below 1 MiB to start other CPUs in");
        return 1;
    }
    if (machine.cpu_count > 1)
        memcpy(phys_to_virt(page), secondary_code, (size_t)(secondary_code_end - secondary_code));
    for (uint32_t cpu = 1; cpu < machine.cpu_count; cpu++) {
        if (!secondary_prepare(cpu)) {
            pr_warn("smp: no memory for CPU %u", cpu);
            break;
        }
        if (!secondary_wake(cpu, page)) {
            /* Its area and stack are lost: it may still wake up on them. */
            pr_warn("smp: CPU %u (APIC id %u) does not start", cpu, machine.apic_ids[cpu]);
            break;
        }
    }
    return cpus_online();
}

void smp_cpu_is_up(void)
{
    atomic_or(&cpus_online_mask, 1ull << cpu_id());
    tlb_forget_all(); /* of flushes before this moment, this CPU was not told */
    atomic_store(&secondary_alive, cpu_id());
}

void secondary_main(void)
{
    cpu_features_enable();
    cpu_tables_load();
    arch_use_kernel_page_table();
    apic_enable();
    upcall_secondary_cpu();
}
