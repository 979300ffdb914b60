/*
 * Delivering signals: what a thread does about them on its way to user mode (signal(7),
 * sigaction(2), sigreturn(2), sigaltstack(2)).
 *
 * signal_deliver takes signals until one has a handler, for which it builds a frame, or none is
 * left. Then what the interrupted system call returned is looked at: the -ERESTART kinds become
 * -EINTR, or the call is run again. One handler is set up at a time; TF_SIGNAL brings us back for
 * the next.
 */
#include "arch/api/trace.h"
#include "arch/api/user.h"
#include "gen/syscall_nr.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/wait.h"
#include "kernel/core/tracepoint.h"
#include "kernel/proc/job_control.h"
#include "kernel/proc/signal_internal.h"

#define RED_ZONE_SIZE 128 /* below the stack pointer, the user's (System V ABI, AMD64, 3.2.2) */

struct delivery {
    int signal;
    struct siginfo info;
    struct kernel_sigaction action;
};

/* The default action of a signal that has been taken. Called with the signal lock; drops it and
 * takes it again. Doesn't return if the process dies of it. */
static unsigned long signal_act_by_default(struct task *task, int signal, unsigned long flags)
{
    struct process *process = task->process;
    enum signal_default action = signal_default_action(signal);
    bool may_stop = true;

    if (action == SIGNAL_IGNORED || process->is_init)
        return flags;
    if (action == SIGNAL_TERMINATES) {
        spin_unlock_irqrestore(&process->lock, flags);
        process_exit(WAIT_STATUS_SIGNALED(signal));
    }

    /* Who looks at the group needs the tree lock; a SIGCONT that comes meanwhile takes stop_taken
     * away. */
    task->stop_taken = true;
    if (signal != SIGSTOP) {
        spin_unlock_irqrestore(&process->lock, flags);
        may_stop = !process_group_is_orphaned();
        flags = spin_lock_irqsave(&process->lock);
    }
    if (may_stop && task->stop_taken)
        process_stop_locked(process, signal);
    task->stop_taken = false;
    return flags;
}

/* Dies or stops if that is wanted. Called with the signal lock; true if it was dropped. */
static bool signal_act_on_process(struct task *task, unsigned long flags)
{
    struct process *process = task->process;

    if (atomic_load(&task->thread.flags) & TF_KILLED) {
        int status = process->is_exiting ? process->status : 0;

        spin_unlock_irqrestore(&process->lock, flags);
        task_exit(status);
    }
    if (process->notify_continued) {
        process->notify_continued = false;
        spin_unlock_irqrestore(&process->lock, flags);
        process_notify_parent(process, CLD_CONTINUED, SIGCONT);
        return true;
    }
    if (task->stop_requested || task->is_stopped) {
        task_stop(task, flags);
        return true;
    }
    if (task->tracing.trap_requested) {
        task->tracing.trap_requested = false;
        spin_unlock_irqrestore(&process->lock, flags);
        ptrace_group_stop(task);
        return true;
    }
    return false;
}

/* Takes the next signal that has a handler, and acts on all others. False: none is left. */
static bool signal_take(struct delivery *delivery)
{
    struct task *task = current_task();
    struct process *process = task->process;
    unsigned long flags = spin_lock_irqsave(&process->lock);
    bool has_handler = false;

    while (!has_handler) {
        if (signal_act_on_process(task, flags)) {
            flags = spin_lock_irqsave(&process->lock);
            continue;
        }
        delivery->signal = signal_queue_take(&task->pending, ~task->blocked, &delivery->info);
        if (delivery->signal == 0)
            delivery->signal =
                signal_queue_take(&process->pending, ~task->blocked, &delivery->info);
        if (delivery->signal == 0)
            break;
        if (task->tracing.tracer != NULL)
            delivery->signal = ptrace_signal(task, delivery->signal, &delivery->info, &flags);
        if (delivery->signal == 0)
            continue;
        delivery->action = sighand_action_once(task->sighand, delivery->signal);
        trace_signal_deliver(delivery->signal, delivery->info.si_errno, delivery->info.si_code,
                             (unsigned long)delivery->action.handler, delivery->action.flags);
        if (delivery->action.handler == SIG_DFL)
            flags = signal_act_by_default(task, delivery->signal, flags);
        else
            has_handler = delivery->action.handler != SIG_IGN;
    }
    signal_recalculate_locked(task);
    spin_unlock_irqrestore(&process->lock, flags);
    return has_handler;
}

/* The interrupted system call, before a handler runs: starts again after it, or fails. */
static void syscall_restart_after_handler(struct pt_regs *regs, unsigned long action_flags)
{
    long number = regs_syscall_number(regs);

    if (number < 0)
        return;
    switch (regs_result(regs)) {
    case -ERESTARTNOHAND:
    case -ERESTART_RESTARTBLOCK:
        regs_set_result(regs, -EINTR);
        break;
    case -ERESTARTSYS:
        if (action_flags & SA_RESTART)
            regs_restart_syscall(regs, number);
        else
            regs_set_result(regs, -EINTR);
        break;
    case -ERESTARTNOINTR:
        regs_restart_syscall(regs, number);
        break;
    default:
        break;
    }
    regs_clear_syscall(regs);
}

/* The same when no handler runs. */
static void syscall_restart(struct pt_regs *regs)
{
    long number = regs_syscall_number(regs);

    if (number < 0)
        return;
    switch (regs_result(regs)) {
    case -ERESTARTNOHAND:
    case -ERESTARTSYS:
    case -ERESTARTNOINTR:
        regs_restart_syscall(regs, number);
        break;
    case -ERESTART_RESTARTBLOCK:
        regs_restart_syscall(regs, __NR_restart_syscall);
        break;
    default:
        break;
    }
    regs_clear_syscall(regs);
}

/* True if sp is on the task's alternate stack. With SS_AUTODISARM it never counts as being there:
 * the stack has been given away when the handler began. */
static bool altstack_holds(const struct sigaltstack *altstack, uintptr_t sp)
{
    return altstack->ss_size != 0 && ((unsigned)altstack->ss_flags & SS_AUTODISARM) == 0 &&
           sp > (uintptr_t)altstack->ss_sp && sp - (uintptr_t)altstack->ss_sp <= altstack->ss_size;
}

/* Where the frame's stack begins; 0: the alternate stack can't take it. */
static uintptr_t signal_stack_choose(const struct pt_regs *regs, unsigned long action_flags)
{
    const struct sigaltstack *altstack = &current_task()->altstack;
    uintptr_t sp = regs_sp(regs) - RED_ZONE_SIZE;
    bool is_nested = altstack_holds(altstack, regs_sp(regs));

    if ((action_flags & SA_ONSTACK) && altstack->ss_size != 0 && !altstack_holds(altstack, sp))
        sp = (uintptr_t)altstack->ss_sp + altstack->ss_size;
    else if (!is_nested)
        return sp;
    if (sp - (uintptr_t)altstack->ss_sp > altstack->ss_size ||
        sp - (uintptr_t)altstack->ss_sp < user_signal_frame_size())
        return 0;
    return sp;
}

/* The mask while the handler runs; the one before went into the frame. */
static void signal_block_for_handler(const struct delivery *delivery)
{
    struct task *task = current_task();
    signal_set blocked = task->blocked | delivery->action.mask;

    if ((delivery->action.flags & SA_NODEFER) == 0)
        blocked |= SIGNAL_BIT(delivery->signal);
    task->mask_is_temporary = false;
    signal_set_blocked(blocked);
}

static void signal_handle(struct pt_regs *regs, const struct delivery *delivery)
{
    struct task *task = current_task();
    bool is_stepped = task->tracing.is_stepped;
    struct sigaction_frame frame = {
        .signal = delivery->signal,
        .handler = (uintptr_t)delivery->action.handler,
        .info = &delivery->info,
        .stack = &task->altstack,
        .mask = task->mask_is_temporary ? task->saved_blocked : task->blocked,
        .sp = signal_stack_choose(regs, delivery->action.flags),
    };

    if (delivery->action.flags & SA_RESTORER)
        frame.restorer = (uintptr_t)delivery->action.restorer;
    syscall_restart_after_handler(regs, delivery->action.flags);
    if (is_stepped)
        thread_step(&task->thread, false); /* the handler's frame has no flag of the tracer's */
    if (frame.sp == 0 || signal_frame_push(regs, &frame) != 0) {
        if (delivery->signal == SIGSEGV)
            signal_force_fatal(SIGSEGV);
        else
            signal_force(SIGSEGV, NULL);
        return;
    }
    if ((unsigned)task->altstack.ss_flags & SS_AUTODISARM)
        task->altstack = (struct sigaltstack){.ss_flags = SS_DISABLE};
    signal_block_for_handler(delivery);
    if (is_stepped)
        ptrace_handler();
}

void signal_deliver(struct pt_regs *regs)
{
    struct task *task = current_task();
    struct delivery delivery;

    if (signal_take(&delivery)) {
        signal_handle(regs, &delivery);
        return;
    }
    syscall_restart(regs);
    if (task->mask_is_temporary) {
        task->mask_is_temporary = false;
        signal_set_blocked(task->saved_blocked);
    }
}

/* As on Linux: a bad FPU state is told in the context that was restored, and can be handled there.
 */
long signal_return(struct pt_regs *regs)
{
    struct sigaltstack stack;
    uint64_t mask;
    int error = signal_frame_pop(regs, &mask, &stack);

    if (error != -EFAULT) {
        current_task()->restart.resume = NULL;
        signal_set_blocked(mask);
    }
    if (error != 0) {
        signal_force(SIGSEGV, NULL);
        return 0;
    }
    (void)signal_altstack_set(&stack, regs_sp(regs));
    return regs_result(regs);
}

int signal_altstack_set(const struct sigaltstack *wanted, uintptr_t sp)
{
    struct sigaltstack *altstack = &current_task()->altstack;
    unsigned mode = (unsigned)wanted->ss_flags & ~SS_AUTODISARM;

    if (altstack_holds(altstack, sp))
        return -EPERM;
    if (mode != SS_DISABLE && mode != SS_ONSTACK && mode != 0)
        return -EINVAL;
    if (mode == SS_DISABLE) {
        *altstack = (struct sigaltstack){.ss_flags = wanted->ss_flags};
        return 0;
    }
    if (wanted->ss_size < MINSIGSTKSZ)
        return -ENOMEM;
    *altstack = *wanted;
    return 0;
}

void signal_altstack_get(struct sigaltstack *stack, uintptr_t sp)
{
    const struct sigaltstack *altstack = &current_task()->altstack;
    unsigned mode = altstack_holds(altstack, sp) ? SS_ONSTACK : 0;

    *stack = *altstack;
    if (altstack->ss_size == 0)
        mode = SS_DISABLE;
    stack->ss_flags = (int)(mode | ((unsigned)altstack->ss_flags & SS_AUTODISARM));
}
