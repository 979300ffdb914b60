/*
 * Blocked signals (sigprocmask(2)), and the flag that sends a thread to look for the others. See
 * signal.h. The mask is the running thread's own; the signal lock lets senders read it.
 */
#include "kernel/abi/errno.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/signal_internal.h"

static bool signal_awaits_locked(const struct task *task)
{
    const struct process *process = task->process;
    signal_set pending = task->pending.set | process->pending.set;

    return (pending & ~task->blocked) != 0 || task->stop_requested || task->is_stopped ||
           task->tracing.trap_requested || process->notify_continued;
}

void signal_recalculate_locked(struct task *task)
{
    if (signal_awaits_locked(task))
        atomic_or(&task->thread.flags, TF_SIGNAL);
    else
        atomic_and(&task->thread.flags, ~TF_SIGNAL);
}

void signal_notice(void)
{
    struct process *process = current_process();
    unsigned long flags = spin_lock_irqsave(&process->lock);

    if (signal_awaits_locked(current_task()))
        atomic_or(&current->flags, TF_SIGNAL);
    spin_unlock_irqrestore(&process->lock, flags);
}

signal_set signal_pending_of_current(void)
{
    struct task *task = current_task();
    unsigned long flags = spin_lock_irqsave(&task->process->lock);
    signal_set pending = task->pending.set | task->process->pending.set;

    spin_unlock_irqrestore(&task->process->lock, flags);
    return pending;
}

void signal_retarget_locked(struct task *task, signal_set signals)
{
    struct process *process = task->process;
    signal_set ready = process->pending.set & signals;
    struct task *other;

    list_for_each_entry (other, &process->threads, thread_node) {
        if (ready == 0)
            return;
        if (other == task || other->is_exiting || (ready & ~other->blocked) == 0)
            continue;
        ready &= other->blocked;
        thread_notify(&other->thread, TF_SIGNAL, WAKE_SIGNAL);
    }
}

static void signal_set_blocked_locked(struct task *task, signal_set blocked)
{
    signal_set newly = blocked & ~task->blocked;

    if (atomic_load(&task->thread.flags) & TF_SIGNAL)
        signal_retarget_locked(task, newly);
    task->blocked = blocked;
    signal_recalculate_locked(task);
}

void signal_set_blocked(signal_set blocked)
{
    struct process *process = current_process();
    unsigned long flags = spin_lock_irqsave(&process->lock);

    signal_set_blocked_locked(current_task(), blocked & ~SIGNALS_UNBLOCKABLE);
    spin_unlock_irqrestore(&process->lock, flags);
}

void signal_set_blocked_for_call(signal_set blocked)
{
    struct task *task = current_task();

    task->saved_blocked = task->blocked;
    task->mask_is_temporary = true;
    signal_set_blocked(blocked);
}

int signal_mask_begin_call(const signal_set __user *mask, size_t size)
{
    signal_set blocked;

    if (mask == NULL)
        return 0;
    if (size != SIGSET_BYTES)
        return -EINVAL;
    if (copy_from_user(&blocked, mask, sizeof(blocked)) != 0)
        return -EFAULT;
    signal_set_blocked_for_call(blocked);
    return 0;
}

void signal_mask_end_call(bool is_interrupted)
{
    struct task *task = current_task();

    if (is_interrupted || !task->mask_is_temporary)
        return;
    task->mask_is_temporary = false;
    signal_set_blocked(task->saved_blocked);
}

bool signal_is_blocked_or_ignored(int signal)
{
    struct task *task = current_task();

    return (task->blocked & SIGNAL_BIT(signal)) ||
           sighand_action(task->sighand, signal).handler == SIG_IGN;
}
