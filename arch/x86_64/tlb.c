/*
 * Forgetting cached translations, on all CPUs that may have them ("TLB shootdown"; SDM vol. 3,
 * 4.10.4 and 4.10.5).
 */
#include "arch/api/cpu.h"
#include "arch/api/memory.h"
#include "arch/api/smp.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/switch.h"
#include "kernel/core/atomic.h"
#include "kernel/core/preempt.h"

/* Beyond this many pages it is cheaper to forget everything. */
#define FLUSH_PAGES_MAX 32u

struct flush {
    uintptr_t start, end;
};

static void flush_all(bool kernel)
{
    if (kernel && cpu_features.pge) {
        uint64_t cr4 = cr4_read();

        cr4_write(cr4 & ~CR4_PGE); /* also global pages */
        cr4_write(cr4);
    } else {
        cr3_write(cr3_read());
    }
}

static void flush_here(void *argument)
{
    const struct flush *flush = argument;

    if ((flush->end - flush->start) / PAGE_SIZE > FLUSH_PAGES_MAX) {
        flush_all(flush->start >= USER_END);
        return;
    }
    for (uintptr_t virt = flush->start; virt < flush->end; virt += PAGE_SIZE)
        tlb_flush_page(virt);
}

void tlb_flush(struct page_table *pt, uintptr_t start, uintptr_t end)
{
    struct flush flush = {start, end};
    cpumask_t cpus;

    preempt_disable();
    /* The changed entries must be visible before the set is read: see page_table_load. */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    cpus = pt == &kernel_page_table ? cpus_online_mask : atomic_load(&pt->cpus);
    if (cpus & 1ull << cpu_id())
        flush_here(&flush);
    if (cpus & ~(1ull << cpu_id()))
        smp_call(cpus, flush_here, &flush);
    preempt_enable();
}

void tlb_forget_all(void)
{
    flush_all(true);
}

void tlb_leave(struct page_table *pt)
{
    cpumask_t cpus;
    unsigned long flags;

    preempt_disable();
    flags = irq_save();
    page_table_leave(pt);
    irq_restore(flags);
    cpus = atomic_load(&pt->cpus);
    if (cpus)
        smp_call(cpus, page_table_leave, pt);
    preempt_enable();
}
