/*
 * A thread's registers and steps as a tracer sees them (arch/api/trace.h). What comes from a tracer
 * is trusted no more than what comes from the thread itself: it is what rt_sigreturn would take.
 */
#include "arch/api/trace.h"

#include "arch/api/cpu.h"
#include "arch/api/memory.h"
#include "arch/api/smp.h"
#include "arch/api/thread.h"
#include "arch/api/upcalls.h"
#include "arch/api/user.h"
#include "arch/x86_64/cpu.h"
#include "arch/x86_64/fpu.h"
#include "arch/x86_64/ptregs.h"
#include "arch/x86_64/switch.h"
#include "kernel/abi/errno.h"
#include "kernel/core/atomic.h"
#include "kernel/core/preempt.h"
#include "kernel/lib/string.h"
#include "kernel/sched/thread.h"

#define REGISTER(name) offsetof(struct user_regs_struct, name)

static_assert(REGISTER(fs_base) == sizeof(struct pt_regs), "the rest is that of struct pt_regs");

unsigned long calls_unwatched = ~0ul;

/* With interrupts off. A CPU that switches meanwhile does the same (arch_switch). */
static void syscall_limit_load(void)
{
    this_cpu(percpu_syscall_limit) = current->arch.syscall_limit & READ_ONCE(calls_unwatched);
}

void thread_watch_calls(struct thread *thread, bool is_watched)
{
    unsigned long flags = irq_save();

    thread->arch.syscall_limit = is_watched ? 0 : syscall_count;
    if (thread == current)
        syscall_limit_load();
    irq_restore(flags);
}

static void cpu_watch_calls(void *unused)
{
    unsigned long flags = irq_save();

    (void)unused;
    syscall_limit_load();
    irq_restore(flags);
}

void all_calls_watch(bool are_watched)
{
    unsigned long unwatched = are_watched ? 0 : ~0ul;

    if (calls_unwatched == unwatched)
        return;
    atomic_store(&calls_unwatched, unwatched);
    preempt_disable();
    smp_call(cpus_online_mask, cpu_watch_calls, NULL);
    cpu_watch_calls(NULL);
    preempt_enable();
}

void thread_step(struct thread *thread, bool steps)
{
    struct arch_thread *arch = &thread->arch;
    struct pt_regs *regs = thread_user_regs(thread);

    if (steps && !(regs->flags & FLAG_TF)) {
        regs->flags |= FLAG_TF;
        arch->step_flag_is_ours = true;
    } else if (!steps && arch->step_flag_is_ours) {
        regs->flags &= ~FLAG_TF;
        arch->step_flag_is_ours = false;
    }
    arch->steps = steps;
}

void thread_step_forget(struct thread *thread)
{
    WRITE_ONCE(thread->arch.steps, false);
}

static unsigned long *register_of(const struct thread *thread, size_t offset)
{
    return (unsigned long *)((uintptr_t)thread_user_regs(thread) + offset);
}

static unsigned long flags_get(const struct thread *thread)
{
    unsigned long flags = thread_user_regs(thread)->flags;

    return thread->arch.step_flag_is_ours ? flags & ~FLAG_TF : flags;
}

unsigned long user_register_get(const struct thread *thread, size_t offset)
{
    const struct arch_thread *arch = &thread->arch;

    switch (offset) {
    case REGISTER(flags):
        return flags_get(thread);
    case REGISTER(fs_base):
        return arch->fs_base;
    case REGISTER(gs_base):
        return arch->gs_base;
    case REGISTER(ds):
        return arch->ds;
    case REGISTER(es):
        return arch->es;
    case REGISTER(fs):
        return arch->fs;
    case REGISTER(gs):
        return arch->gs;
    default:
        return *register_of(thread, offset);
    }
}

static void flags_set(struct thread *thread, unsigned long value)
{
    struct arch_thread *arch = &thread->arch;
    struct pt_regs *regs = thread_user_regs(thread);

    regs->flags = (regs->flags & ~FLAGS_TRACER_MAY_SET) | (value & FLAGS_TRACER_MAY_SET);
    if (value & FLAG_TF)
        arch->step_flag_is_ours = false;
    else if (arch->step_flag_is_ours)
        regs->flags |= FLAG_TF;
}

/* A selector that loads without a fault: a null one, the user's data. */
static int selector_set(uint16_t *selector, unsigned long value)
{
    value &= 0xffff;
    if (value != 0 && value != USER_RPL && value != USER_DS)
        return -EIO;
    *selector = (uint16_t)value;
    return 0;
}

static int base_set(uintptr_t *base, unsigned long value)
{
    if (value >= USER_END)
        return -EIO;
    *base = value;
    return 0;
}

int user_register_set(struct thread *thread, size_t offset, unsigned long value)
{
    struct arch_thread *arch = &thread->arch;

    switch (offset) {
    case REGISTER(cs):
        return (value & 0xffff) == USER_CS ? 0 : -EIO;
    case REGISTER(ss):
        return (value & 0xffff) == USER_DS ? 0 : -EIO;
    case REGISTER(flags):
        flags_set(thread, value);
        return 0;
    case REGISTER(fs_base):
        return base_set(&arch->fs_base, value);
    case REGISTER(gs_base):
        return base_set(&arch->gs_base, value);
    case REGISTER(ds):
        return selector_set(&arch->ds, value);
    case REGISTER(es):
        return selector_set(&arch->es, value);
    case REGISTER(fs):
        return selector_set(&arch->fs, value);
    case REGISTER(gs):
        return selector_set(&arch->gs, value);
    default:
        *register_of(thread, offset) = value;
        return 0;
    }
}

size_t user_xstate_size(void)
{
    return cpu_features.xsave ? cpu_features.fpu_size : 0;
}

void user_fpregs_get(const struct thread *thread, void *fpregs)
{
    memcpy(fpregs, thread->arch.fpu, USER_FPREGS_SIZE);
}

int user_fpregs_set(struct thread *thread, const void *fpregs)
{
    return fpu_area_set(thread->arch.fpu, fpregs, USER_FPREGS_SIZE);
}

void user_xstate_get(const struct thread *thread, void *xstate)
{
    memcpy(xstate, thread->arch.fpu, cpu_features.fpu_size);
    fpu_area_label(xstate);
}

int user_xstate_set(struct thread *thread, const void *xstate)
{
    return fpu_area_set(thread->arch.fpu, xstate, cpu_features.fpu_size);
}
