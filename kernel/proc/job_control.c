/*
 * Stopping and continuing (signal(7) "stop" and "cont", POSIX job control), and process groups that
 * nobody could continue.
 *
 * A stop signal's default action asks every thread of the process to stop; the last one to do so
 * tells the parent. SIGCONT, when it is sent, calls that off or makes them go on; a thread that
 * then runs tells the parent, since the sender can't. State: struct process "job control", under
 * the signal lock.
 */
#include "kernel/proc/job_control.h"
#include "kernel/lib/string.h"
#include "kernel/proc/cred.h"
#include "kernel/proc/signal_internal.h"

void process_continue_locked(struct process *process)
{
    struct task *task;

    signal_flush(process, SIGNALS_STOP);
    if (process->stop_signal != 0) {
        process->notify_continued = true;
        process->continue_reportable = true;
        process->stop_reportable = false;
        process->stop_signal = 0;
        process->stop_count = 0;
    }
    list_for_each_entry (task, &process->threads, thread_node) {
        task->stop_taken = false;
        task->stop_requested = false;
        if (task->is_stopped) {
            task->is_stopped = false;
            thread_notify(&task->thread, TF_SIGNAL, 1u << THREAD_STOPPED);
        }
        ptrace_continue_locked(task);
    }
}

void process_stop_locked(struct process *process, int signal)
{
    struct task *task;

    if (process->is_exiting || process->exec_task != NULL)
        return;
    process->stop_signal = signal;
    list_for_each_entry (task, &process->threads, thread_node) {
        if (task->is_exiting || task->is_stopped || task->stop_requested)
            continue;
        task->stop_requested = true;
        process->stop_count++;
        thread_notify(&task->thread, TF_SIGNAL, WAKE_SIGNAL);
    }
}

/* One thread less to wait for; true: the process has stopped. */
static bool process_count_stop(struct process *process)
{
    if (--process->stop_count != 0)
        return false;
    process->stop_reportable = true;
    process->continue_reportable = false;
    process->notify_continued = false;
    return true;
}

bool task_leave_stop_locked(struct task *task)
{
    if (!task->stop_requested)
        return false;
    task->stop_requested = false;
    return process_count_stop(task->process);
}

void task_sleep_held(struct task *task, bool *is_held)
{
    struct process *process = task->process;
    unsigned long flags;
    bool goes_on;

    do {
        flags = spin_lock_irqsave(&process->lock);
        if (atomic_load(&current->flags) & TF_KILLED)
            *is_held = false;
        goes_on = !*is_held;
        if (!goes_on)
            thread_set_state(THREAD_STOPPED);
        spin_unlock_irqrestore(&process->lock, flags);
        if (!goes_on)
            schedule();
    } while (!goes_on);
}

void task_stop(struct task *task, unsigned long flags)
{
    struct process *process = task->process;
    int signal = process->stop_signal;
    bool is_traced = task->tracing.tracer != NULL, is_last = false;

    if (task->stop_requested) {
        task->stop_requested = false;
        task->is_stopped = !is_traced; /* a tracer may let it go in spite of the stop */
        is_last = process_count_stop(process);
    }
    spin_unlock_irqrestore(&process->lock, flags);
    if (is_last)
        process_notify_parent(process, CLD_STOPPED, signal);
    if (is_traced)
        ptrace_group_stop(task);
    else
        task_sleep_held(task, &task->is_stopped);
}

/* siginfo of the SIGCHLD for a stop or a continuation. */
static void stop_info(struct process *process, int code, int signal, struct siginfo *info)
{
    struct process_usage usage;

    process_usage_total(process, &usage);
    memset(info, 0, sizeof(*info));
    info->si_signo = SIGCHLD;
    info->si_code = code;
    info->si_pid = process->pid->number;
    info->si_uid = task_uid(process->leader);
    info->si_status = signal;
    info->si_utime = (long)(usage.user_ns / NSEC_PER_CLOCK_TICK);
    info->si_stime = (long)(usage.system_ns / NSEC_PER_CLOCK_TICK);
}

void task_tell_stop(struct task *task, const struct siginfo *info)
{
    struct kernel_sigaction action = task_action(task, SIGCHLD);

    if (action.handler != SIG_IGN && !(action.flags & SA_NOCLDSTOP))
        signal_send_process(task->process, SIGCHLD, info);
    wake_up_all(&task->process->child_wait);
}

void process_notify_parent(struct process *process, int code, int signal)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    struct siginfo info;

    if (process->parent != NULL && process->state == PROCESS_LIVE) {
        stop_info(process, code, signal, &info);
        task_tell_stop(process->parent, &info);
    }
    spin_unlock_irqrestore(&process_tree_lock, flags);
}

/* True if this process can be continued by its parent's job control. */
static bool process_has_guardian(const struct process *process)
{
    const struct process *parent = process->parent != NULL ? process->parent->process : NULL;

    return parent != NULL && !parent->is_init && parent->group != process->group &&
           parent->session == process->session;
}

static bool process_group_is_orphaned_locked(struct pid *group, const struct process *ignored)
{
    struct process *process;

    list_for_each_entry (process, &group->group, group_node)
        if (process != ignored && process->state == PROCESS_LIVE && process_has_guardian(process))
            return false;
    return true;
}

bool process_group_is_orphaned(void)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    bool is_orphaned = process_group_is_orphaned_locked(current_process()->group, NULL);

    spin_unlock_irqrestore(&process_tree_lock, flags);
    return is_orphaned;
}

/* A group nobody can continue any more: if a member is stopped, all get SIGHUP and SIGCONT. */
static void process_group_hang_up_stopped(struct pid *group)
{
    struct process *process;
    bool has_stopped = false;

    list_for_each_entry (process, &group->group, group_node)
        has_stopped |= process->stop_signal != 0 && process->stop_count == 0;
    if (!has_stopped)
        return;
    list_for_each_entry (process, &group->group, group_node) {
        signal_send_member(process, SIGHUP, NULL);
        signal_send_member(process, SIGCONT, NULL);
    }
}

void process_check_orphaned(struct process *process, const struct process *former_parent,
                            const struct process *ignored)
{
    struct pid *group = process->group;

    if (former_parent->group != group && former_parent->session == process->session &&
        process_group_is_orphaned_locked(group, ignored))
        process_group_hang_up_stopped(group);
}
