/*
 * execve(2) by one thread of several: the others end, and the one that is left becomes the leader,
 * so that process and thread keep the number that everybody knows.
 */
#include "kernel/abi/errno.h"
#include "kernel/proc/exec.h"
#include "kernel/proc/task.h"

/* Claims the process for this thread's execve and has all other threads die. */
static int process_claim(struct process *process, struct task *task)
{
    unsigned long flags = spin_lock_irqsave(&process->lock);
    bool is_ours = !process->is_exiting && process->exec_task == NULL;
    struct task *other;

    if (is_ours) {
        process->exec_task = task;
        process->stop_count = task->stop_requested; /* a stop that has begun waits for us alone */
        list_for_each_entry (other, &process->threads, thread_node) {
            if (other == task)
                continue;
            other->stop_requested = false;
            thread_notify(&other->thread, TF_KILLED, WAKE_KILL);
        }
    }
    spin_unlock_irqrestore(&process->lock, flags);
    return is_ours ? 0 : -EAGAIN;
}

/* The only thread left takes the dead leader's place and number, and the leader gets ours, by which
 * nobody can find it. Returns the old leader, whose reference is the caller's. Both locks are held.
 */
static struct task *process_change_leader(struct process *process, struct task *task)
{
    struct task *old = process->leader;
    struct pid *own = task->pid;

    task->pid = old->pid;
    old->pid = own;
    task->pid->task = task;
    task->thread.tid = task->pid->number;
    old->thread.tid = own->number;
    process->leader = task_get(task);
    return old;
}

int process_become_single(void)
{
    struct task *task = current_task(), *old = NULL;
    struct process *process = task->process;
    unsigned long flags;
    bool was_traced;
    int err = process_claim(process, task);

    if (err != 0)
        return err;
    err = wait_event_killable(&process->thread_wait, READ_ONCE(process->thread_count) == 1);

    flags = spin_lock_irqsave(&process_tree_lock);
    spin_lock(&process->lock);
    process->exec_task = NULL;
    if (err == 0 && process->leader != task)
        old = process_change_leader(process, task);
    was_traced = old != NULL && old->tracing.tracer != NULL;
    if (was_traced)
        ptrace_unlink_locked(old);
    spin_unlock(&process->lock);
    if (old != NULL)
        task_release(old);
    if (was_traced) /* its tracer is told by the event of exec */
        task_put(old);
    spin_unlock_irqrestore(&process_tree_lock, flags);
    task_put(old);
    return err != 0 ? -EAGAIN : 0;
}
