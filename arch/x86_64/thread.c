/*
 * A thread's CPU side: kernel stack, first frame, the switch.
 */
#include "arch/api/thread.h"

#include "arch/api/cpu.h"
#include "arch/api/memory.h"
#include "arch/api/upcalls.h"
#include "arch/api/user.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/fpu.h"
#include "arch/x86_64/gdt.h"
#include "arch/x86_64/paging.h"
#include "arch/x86_64/ptregs.h"
#include "arch/x86_64/switch.h"
#include "kernel/abi/errno.h"
#include "kernel/core/alloc.h"
#include "kernel/core/atomic.h"
#include "kernel/core/spinlock.h"
#include "kernel/lib/string.h"
#include "kernel/sched/thread.h"

DEFINE_PER_CPU(struct thread *, percpu_current);
DEFINE_PER_CPU(uintptr_t, percpu_kernel_sp); /* top of the running thread's kernel stack */
DEFINE_PER_CPU(uintptr_t, percpu_user_sp);   /* syscall_entry.asm's scratch word */
DEFINE_PER_CPU(unsigned long, percpu_syscall_limit);
static DEFINE_PER_CPU(struct page_table *, percpu_page_table); /* what CR3 has */

/* What switch_stacks finds on the stack of a thread that never ran. */
struct switch_frame {
    uintptr_t r15, r14, r13, r12, bx, bp, ip;
};

/*
 * Free kernel stacks, at most STACKS_KEPT of them, linked by their lowest words. To unmap one,
 * every CPU has to be interrupted; so those of threads that come and go are used again.
 */
#define STACKS_KEPT 16u

struct free_stack {
    struct free_stack *next;
};

static struct spinlock stacks_lock = SPINLOCK_INIT(RANK_LEAF);
static struct free_stack *free_stacks; /* under stacks_lock */
static uint32_t free_stack_count;      /* likewise */

static void *stack_get(void)
{
    unsigned long flags = spin_lock_irqsave(&stacks_lock);
    struct free_stack *stack = free_stacks;

    if (stack) {
        free_stacks = stack->next;
        free_stack_count--;
    }
    spin_unlock_irqrestore(&stacks_lock, flags);
    return stack ? stack : memory_hooks->stack_alloc(KERNEL_STACK_SIZE);
}

static void stack_put(struct free_stack *stack)
{
    unsigned long flags = spin_lock_irqsave(&stacks_lock);
    bool keep = free_stack_count < STACKS_KEPT;

    if (keep) {
        stack->next = free_stacks;
        free_stacks = stack;
        free_stack_count++;
    }
    spin_unlock_irqrestore(&stacks_lock, flags);
    if (!keep)
        memory_hooks->stack_free(stack);
}

int arch_thread_init(struct thread *thread)
{
    struct arch_thread *arch = &thread->arch;
    void *stack = stack_get();

    if (!stack)
        return -ENOMEM;
    arch->fpu_block = memory_hooks->alloc(cpu_features.fpu_size + FPU_ALIGN);
    if (!arch->fpu_block) {
        stack_put(stack);
        return -ENOMEM;
    }
    arch->syscall_limit = syscall_count;
    arch->stack = (uintptr_t)stack;
    arch->stack_top = arch->stack + KERNEL_STACK_SIZE;
    return 0;
}

void arch_thread_destroy(struct thread *thread)
{
    memory_hooks->free(thread->arch.fpu_block);
    stack_put((struct free_stack *)thread->arch.stack);
}

void thread_fpu_start(struct arch_thread *arch)
{
    arch->fpu = (void *)round_up((uintptr_t)arch->fpu_block, (uintptr_t)FPU_ALIGN);
    fpu_area_init(arch->fpu);
}

struct pt_regs *thread_user_regs(const struct thread *thread)
{
    return (struct pt_regs *)thread->arch.stack_top - 1;
}

void thread_frame_init(struct thread *thread, void (*entry)(void *), void *argument)
{
    struct switch_frame *frame = (struct switch_frame *)(void *)thread_user_regs(thread) - 1;

    *frame = (struct switch_frame){
        .bx = (uintptr_t)entry,
        .r12 = (uintptr_t)argument,
        .ip = (uintptr_t)thread_begin,
    };
    thread->arch.sp = (uintptr_t)frame;
}

size_t arch_thread_backtrace(const struct thread *thread, uintptr_t *addresses, size_t most)
{
    const struct arch_thread *arch = &thread->arch;
    const struct switch_frame *last = (const struct switch_frame *)READ_ONCE(arch->sp);
    uintptr_t frame = (uintptr_t)last, caller = READ_ONCE(last->bp); /* arch_switch's */
    size_t count = 0;

    /* The first word of a frame is the caller's frame; above it is where that goes on. */
    while (count < most && caller > frame && caller <= arch->stack_top - 2 * sizeof(uintptr_t) &&
           is_aligned(caller, sizeof(uintptr_t))) {
        frame = caller;
        addresses[count++] = READ_ONCE(((const uintptr_t *)frame)[1]);
        caller = READ_ONCE(*(const uintptr_t *)frame);
    }
    return count;
}

void arch_thread_start_kernel(struct thread *thread, void (*entry)(void *), void *argument)
{
    memset(thread_user_regs(thread), 0, sizeof(struct pt_regs));
    thread_frame_init(thread, entry, argument);
}

/*
 * Loads CR3 if it has another table. The CPU enters the new table's set before it loads it and
 * leaves the old one's after, so that no flush misses it.
 */
static void page_table_load(struct page_table *next)
{
    struct page_table *prev = this_cpu(percpu_page_table);
    cpumask_t me = 1ull << cpu_id();

    if (prev == next)
        return;
    atomic_or(&next->cpus, me);
    this_cpu(percpu_page_table) = next;
    cr3_write(next->root);
    if (prev)
        atomic_and(&prev->cpus, ~me);
}

void arch_use_page_table(struct page_table *pt)
{
    unsigned long flags = irq_save();

    current->arch.page_table = pt;
    page_table_load(pt ? pt : &kernel_page_table);
    irq_restore(flags);
}

void arch_thread_set_page_table(struct thread *thread, struct page_table *pt)
{
    thread->arch.page_table = pt;
}

void arch_use_kernel_page_table(void)
{
    page_table_load(&kernel_page_table);
}

void page_table_leave(void *pt)
{
    if (this_cpu(percpu_page_table) == pt)
        page_table_load(&kernel_page_table);
}

/* FS and GS bases: user code can change them by WRFSBASE, or by loading a selector. */
static uintptr_t fs_base_read(void)
{
    uintptr_t base;

    if (!cpu_features.fsgsbase)
        return msr_read(MSR_FS_BASE);
    __asm__ volatile("rdfsbase %0" : "=r"(base));
    return base;
}

static void fs_base_write(uintptr_t base)
{
    if (cpu_features.fsgsbase)
        __asm__ volatile("wrfsbase %0" : : "r"(base));
    else
        msr_write(MSR_FS_BASE, base);
}

static void selectors_save(struct arch_thread *arch)
{
    __asm__ volatile("mov %%ds, %0; mov %%es, %1; mov %%fs, %2; mov %%gs, %3"
                     : "=m"(arch->ds), "=m"(arch->es), "=m"(arch->fs), "=m"(arch->gs));
}

/* Loading FS or GS with a selector, even a null one, may clear the base, and GS's is ours: until it
 * is back no interrupt may come in. (The paranoid entries don't ask GS.) */
static void selectors_load(const struct arch_thread *arch)
{
    unsigned long flags = irq_save();
    uint64_t gs_base = this_cpu(percpu_self_offset);

    __asm__ volatile("mov %0, %%ds; mov %1, %%es; mov %2, %%fs; mov %3, %%gs"
                     :
                     : "m"(arch->ds), "m"(arch->es), "m"(arch->fs), "m"(arch->gs));
    msr_write(MSR_GS_BASE, gs_base);
    irq_restore(flags);
}

static bool selectors_any(const struct arch_thread *arch)
{
    return (arch->ds | arch->es | arch->fs | arch->gs) != 0;
}

void thread_segments_save(struct arch_thread *arch)
{
    selectors_save(arch);
    arch->fs_base = fs_base_read();
    arch->gs_base = msr_read(MSR_KERNEL_GS_BASE);
}

void thread_segments_load(const struct arch_thread *arch)
{
    struct arch_thread now;

    selectors_save(&now);
    if (selectors_any(arch) || selectors_any(&now))
        selectors_load(arch);
    fs_base_write(arch->fs_base);
    msr_write(MSR_KERNEL_GS_BASE, arch->gs_base);
}

struct thread *arch_switch(struct thread *prev, struct thread *next)
{
    if (prev->arch.fpu) {
        fpu_save(prev->arch.fpu);
        thread_segments_save(&prev->arch);
    }
    if (next->arch.page_table)
        page_table_load(next->arch.page_table);
    if (next->arch.fpu) {
        fpu_load(next->arch.fpu);
        thread_segments_load(&next->arch);
    }
    this_cpu(percpu_kernel_sp) = next->arch.stack_top;
    this_cpu_ptr(&percpu_tss)->rsp[0] = next->arch.stack_top;
    this_cpu(percpu_syscall_limit) = next->arch.syscall_limit & READ_ONCE(calls_unwatched);
    this_cpu(percpu_current) = next;
    return switch_stacks(prev, next);
}
