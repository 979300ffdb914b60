/*
 * Who may be scheduled how. See schedule.h.
 *
 * Limits and policies are read, and then the change is made: who changes them meanwhile is as if he
 * had come later.
 */
#include "kernel/proc/schedule.h"

#include "kernel/abi/errno.h"
#include "kernel/core/cred.h"

bool task_may_schedule(const struct task *task)
{
    const struct cred *own = current->cred;
    struct process *process = task->process;
    unsigned long flags;
    bool is_owner;

    if (task == current_task() || cred_is_privileged(own))
        return true;
    flags = spin_lock_irqsave(&process->lock);
    is_owner = own->euid == task->thread.cred->euid || own->euid == task->thread.cred->uid;
    spin_unlock_irqrestore(&process->lock, flags);
    return is_owner;
}

static unsigned long task_limit(const struct task *task, int resource)
{
    return READ_ONCE(task->process->limits[resource].rlim_cur);
}

static bool nice_is_within_limit(const struct task *task, int nice)
{
    return (unsigned long)(NICE_MAX + 1 - nice) <= task_limit(task, RLIMIT_NICE);
}

int task_set_nice(struct task *task, int nice)
{
    if (!task_may_schedule(task))
        return -EPERM;
    if (nice < task->thread.nice && !cred_is_privileged(current->cred) &&
        !nice_is_within_limit(task, nice))
        return -EACCES;
    thread_set_nice(&task->thread, nice);
    return 0;
}

static bool policy_is_real_time(unsigned policy)
{
    return policy == SCHED_FIFO || policy == SCHED_RR;
}

static bool policy_is_valid(const struct thread_policy *policy)
{
    switch (policy->policy) {
    case SCHED_FIFO:
    case SCHED_RR:
        return policy->priority >= 1 && policy->priority <= REAL_TIME_PRIORITY_MAX;
    case SCHED_OTHER:
    case SCHED_BATCH:
    case SCHED_IDLE:
        return policy->priority == 0;
    default:
        return false;
    }
}

/* What somebody without privilege may do to a thread of his own: become real-time and gain priority
 * as far as RLIMIT_RTPRIO goes, nice values and the way back from SCHED_IDLE as RLIMIT_NICE says.
 */
static bool policy_is_allowed(const struct task *task, const struct thread_policy *old,
                              const struct thread_policy *policy)
{
    unsigned long priority_limit = task_limit(task, RLIMIT_RTPRIO);

    if (policy_is_real_time(policy->policy)) {
        if (policy->policy != old->policy && priority_limit == 0)
            return false;
        if (policy->priority > old->priority && policy->priority > priority_limit)
            return false;
    } else if (policy->nice < old->nice && !nice_is_within_limit(task, policy->nice)) {
        return false;
    }
    if (old->policy == SCHED_IDLE && policy->policy != SCHED_IDLE &&
        !nice_is_within_limit(task, old->nice))
        return false;
    return policy->resets_on_fork || !old->resets_on_fork;
}

int task_set_policy(struct task *task, const struct thread_policy *policy)
{
    struct thread_policy old;

    if (!policy_is_valid(policy))
        return -EINVAL;
    thread_get_policy(&task->thread, &old);
    if (!cred_is_privileged(current->cred) &&
        !(task_may_schedule(task) && policy_is_allowed(task, &old, policy)))
        return -EPERM;
    thread_set_policy(&task->thread, policy);
    return 0;
}
