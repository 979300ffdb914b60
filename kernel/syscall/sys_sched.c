/*
 * System calls on scheduling: sched_yield(2), sched_setaffinity(2), setpriority(2), getcpu(2) and
 * their kin. Those on policies are in sys_policy.c.
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/resource.h"
#include "kernel/core/cred.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/schedule.h"
#include "kernel/proc/task.h"

/* Lets the other threads that want this CPU go first. */
long sys_sched_yield(void)
{
    thread_yield();
    return 0;
}

/* Tells on which CPU the thread runs; the node is always 0. */
long sys_getcpu(unsigned int __user *cpu, unsigned int __user *node, void __user *unused)
{
    (void)unused; /* a cache that Linux doesn't use either since 2.6.24 */
    if (cpu != NULL && put_user(cpu_id(), cpu) != 0)
        return -EFAULT;
    if (node != NULL && put_user(0u, node) != 0)
        return -EFAULT;
    return 0;
}

/* The task that a call is about, with a reference; NULL: none. */
static struct task *task_asked_for(pid_t pid)
{
    return task_find(pid != 0 ? pid : current->tid);
}

/* Tells on which CPUs a thread may run: how many bytes the mask has. */
long sys_sched_getaffinity(pid_t pid, unsigned int length, unsigned long __user *mask)
{
    struct task *task;
    cpumask_t allowed;

    if ((uint64_t)length * 8 < cpus_online() || length % sizeof(allowed) != 0)
        return -EINVAL;
    task = task_asked_for(pid);
    if (task == NULL)
        return -ESRCH;
    allowed = task->thread.allowed & cpus_online_mask;
    task_put(task);
    return copy_to_user(mask, &allowed, sizeof(allowed)) != 0 ? -EFAULT : (long)sizeof(allowed);
}

/* Says on which CPUs a thread may run: a bit each, of which those count that are up. */
long sys_sched_setaffinity(pid_t pid, unsigned int length, const unsigned long __user *mask)
{
    cpumask_t allowed = 0;
    struct task *task;
    long err = 0;

    if (copy_from_user(&allowed, mask, min_t(size_t, length, sizeof(allowed))) != 0)
        return -EFAULT;
    task = task_asked_for(pid);
    if (task == NULL)
        return -ESRCH;
    if (!task_may_schedule(task))
        err = -EPERM;
    else if ((allowed & cpus_online_mask) == 0)
        err = -EINVAL;
    else
        thread_set_allowed(&task->thread, allowed);
    task_put(task);
    return err;
}

/* --- Nice values --- */

/* A call on the nice values of all threads that it names, and what it has come to. */
struct nice_call {
    void (*visit)(struct nice_call *call, struct task *task);
    int nice; /* set: the new one. get: the least that was seen */
    bool is_any;
    long error;
};

static void nice_get(struct nice_call *call, struct task *task)
{
    call->nice = min(call->nice, task->thread.nice);
    call->is_any = true;
}

/* Down, towards more CPU time, as far as RLIMIT_NICE allows. */
static void nice_set(struct nice_call *call, struct task *task)
{
    int err = task_set_nice(task, call->nice);

    call->is_any = true;
    if (err != 0)
        call->error = err;
}

/* Is the thread of the group, or of the real user? 0: the running thread's. Under the tree lock. */
static bool task_is_named(struct task *task, int which, int who)
{
    struct process *process = task->process;
    unsigned long flags;
    uid_t uid;

    if (which == PRIO_PGRP)
        return who == 0 ? process->group == current_process()->group
                        : process->group->number == who;
    flags = spin_lock_irqsave(&process->lock);
    uid = task->thread.cred->uid;
    spin_unlock_irqrestore(&process->lock, flags);
    return uid == (who == 0 ? current->cred->uid : (uid_t)who);
}

static void nice_visit_many(struct nice_call *call, int which, int who)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    struct process *process;
    struct task *task;

    list_for_each_entry (process, &process_list, all_node)
        list_for_each_entry (task, &process->threads, thread_node)
            if (task_is_named(task, which, who))
                call->visit(call, task);
    spin_unlock_irqrestore(&process_tree_lock, flags);
}

static long nice_visit(struct nice_call *call, int which, int who)
{
    struct task *task;

    if (which != PRIO_PROCESS && which != PRIO_PGRP && which != PRIO_USER)
        return -EINVAL;
    if (which != PRIO_PROCESS) {
        nice_visit_many(call, which, who);
    } else if ((task = task_asked_for(who)) != NULL) {
        call->visit(call, task);
        task_put(task);
    }
    return call->is_any ? call->error : -ESRCH;
}

/* The least nice value of the threads named, as 20 - nice: 1 to 40. */
long sys_getpriority(int which, int who)
{
    struct nice_call call = {.visit = nice_get, .nice = NICE_MAX};
    long err = nice_visit(&call, which, who);

    return err != 0 ? err : NICE_MAX + 1 - call.nice;
}

/* Sets the nice value of a thread, or of all of a process group or user: from -20, most CPU time,
 * to 19, least. A step is worth a quarter. */
long sys_setpriority(int which, int who, int nice)
{
    struct nice_call call = {.visit = nice_set, .nice = min(max(nice, NICE_MIN), NICE_MAX)};

    return nice_visit(&call, which, who);
}
