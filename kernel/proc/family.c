/*
 * Parents and children (wait(2), credentials(7), prctl(2) PR_SET_CHILD_SUBREAPER): who is told of a
 * process's end, who gets its orphans. Everything here runs under process_tree_lock.
 */
#include "kernel/proc/family.h"

#include "kernel/abi/wait.h"
#include "kernel/core/panic.h"
#include "kernel/lib/string.h"
#include "kernel/proc/cred.h"
#include "kernel/proc/job_control.h"
#include "kernel/proc/pidfd.h"
#include "kernel/proc/signal_internal.h"

/* How something ended, from wait(2)'s encoding. */
static void end_status(int status, struct siginfo *info)
{
    info->si_code = (status & 0x7f) != 0 ? CLD_KILLED : CLD_EXITED;
    info->si_status = (status & 0x7f) != 0 ? status & 0x7f : status >> 8;
}

void process_end_info(struct process *process, struct siginfo *info)
{
    struct process_usage usage;

    process_usage_total(process, &usage);
    memset(info, 0, sizeof(*info));
    info->si_signo = SIGCHLD;
    info->si_pid = process->pid->number;
    info->si_uid = task_uid(process->leader);
    end_status(process->status, info);
    info->si_utime = (long)(usage.user_ns / NSEC_PER_CLOCK_TICK);
    info->si_stime = (long)(usage.system_ns / NSEC_PER_CLOCK_TICK);
}

void thread_end_info(struct task *task, struct siginfo *info)
{
    process_end_info(task->process, info);
    info->si_pid = task->thread.tid;
    end_status(task->tracing.end_status, info);
}

struct task *process_reap(struct process *process)
{
    struct task *leader = process->leader;

    assert(process->state == PROCESS_ZOMBIE);
    if (leader->tracing.tracer != NULL) {
        spin_lock(&process->lock);
        ptrace_unlink_locked(leader);
        spin_unlock(&process->lock);
        task_put(leader);
    }
    list_del(&process->child_node);
    list_del(&process->group_node);
    list_del(&process->session_node);
    list_del(&process->all_node);
    task_release(leader);
    spin_lock(&process->lock);
    process->state = PROCESS_GONE;
    process->leader = NULL;
    spin_unlock(&process->lock);
    pidfd_process_gone(process);
    pid_put(process->group);
    pid_put(process->session);
    pid_put(process->former_foreground);
    return leader;
}

/* Tells the parent of a zombie. True: the parent doesn't want to wait for it. */
static bool process_tell_parent(struct process *process)
{
    struct process *parent = process->parent->process;
    struct kernel_sigaction action;
    struct siginfo info;
    int signal = process->exit_signal;
    bool is_unwanted = false;

    if (signal == SIGCHLD) {
        action = task_action(process->parent, SIGCHLD);
        is_unwanted = (action.handler == SIG_IGN || (action.flags & SA_NOCLDWAIT)) &&
                      process->leader->tracing.tracer == NULL;
        if (action.handler == SIG_IGN)
            signal = 0;
    }
    if (signal_is_valid(signal)) {
        process_end_info(process, &info);
        info.si_signo = signal;
        signal_send_process(parent, signal, &info);
    }
    wake_up_all(&parent->child_wait);
    return is_unwanted;
}

void process_tell_end(struct process *process)
{
    if (process_tell_parent(process))
        task_put(process_reap(process));
}

void process_end_if_last(struct process *process)
{
    if (process->thread_count != 0 || process->zombie_threads != 0)
        return;
    process->state = PROCESS_ZOMBIE;
    pidfd_process_ended(process);
    process_check_orphaned(process, process->parent->process, process);
    if (!ptrace_process_end(process))
        process_tell_end(process);
}

/* The thread that adopts what a process leaves behind: of the nearest living ancestor that has
 * declared itself a subreaper, else of process 1. */
static struct task *family_adopter(const struct process *process)
{
    const struct process *ancestor = process->parent->process; /* process 1 doesn't get here */

    while (!ancestor->is_init && !ancestor->is_subreaper)
        ancestor = ancestor->parent->process;
    return list_first_entry(&ancestor->threads, struct task, thread_node);
}

/* A child's maker, the running thread, dies: tells those of its threads that asked for it, as if by
 * kill(2), and where that would be allowed. */
static void child_signal_parent_death(struct process *child)
{
    struct siginfo info;
    struct task *task;
    int signal;

    list_for_each_entry (task, &child->threads, thread_node) {
        signal = atomic_load(&task->parent_death_signal);
        if (signal == 0 || signal_check_permission(task, signal) != 0)
            continue;
        signal_info_user(&info, signal, SI_USER);
        signal_send_process(child, signal, &info);
    }
}

/* Gives a child to a thread of another process. */
static void child_reparent(struct process *child, struct task *parent)
{
    struct process *former = child->parent->process;

    child->parent = parent;
    WRITE_ONCE(child->parent_number, parent->process->pid->number);
    list_del(&child->child_node);
    list_add_tail(&parent->process->children, &child->child_node);
    child_signal_parent_death(child);
    child->exit_signal = SIGCHLD;
    if (child->state == PROCESS_ZOMBIE) {
        if (!ptrace_is_by_other(child->leader, parent->process))
            process_tell_end(child);
        return;
    }
    process_check_orphaned(child, former, NULL);
}

void family_hand_over(struct task *task)
{
    struct process *process = task->process, *child;
    struct task *other = list_first_entry(&process->threads, struct task, thread_node), *adopter;

    if (process->thread_count == 1) {
        adopter = list_empty(&process->children) ? NULL : family_adopter(process);
        while ((child = list_first_entry(&process->children, struct process, child_node)) != NULL)
            child_reparent(child, adopter);
        return;
    }
    if (other == task)
        other = list_entry(task->thread_node.next, struct task, thread_node);
    list_for_each_entry (child, &process->children, child_node) {
        if (child->parent != task)
            continue;
        child->parent = other;
        child_signal_parent_death(child);
    }
}
