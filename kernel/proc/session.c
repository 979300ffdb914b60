/*
 * Process groups and sessions (setpgid(2), setsid(2), credentials(7)). Under process_tree_lock.
 */
#include "kernel/abi/errno.h"
#include "kernel/proc/task.h"

void (*process_session_end_hook)(struct process *leader);
void (*process_terminal_hook)(const struct process *process, dev_t *terminal, pid_t *foreground);

static void process_move_to_group(struct process *process, struct pid *group)
{
    struct pid *old = process->group;

    list_del(&process->group_node);
    list_add_tail(&group->group, &process->group_node);
    process->group = pid_get(group);
    pid_put(old);
}

static long process_new_session_locked(struct process *process)
{
    struct pid *pid = process->pid, *old = process->session;

    if (!list_empty(&pid->group))
        return -EPERM;
    list_del(&process->session_node);
    list_add_tail(&pid->session, &process->session_node);
    process->session = pid_get(pid);
    process->terminal = NULL;
    pid_put(old);
    process_move_to_group(process, pid);
    return pid->number;
}

long process_new_session(void)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    long result = process_new_session_locked(current_process());

    spin_unlock_irqrestore(&process_tree_lock, flags);
    return result;
}

/* A group that the process would found, or that a process of the caller's session is in. */
static bool group_is_joinable(const struct process *process, struct pid *group)
{
    struct process *member;

    if (group == NULL || group == process->pid)
        return group != NULL;
    member = list_first_entry(&group->group, struct process, group_node);
    return member != NULL && member->session == current_process()->session;
}

static long process_set_group_locked(struct process *process, struct pid *group)
{
    struct process *own = current_process();

    if (process->state == PROCESS_GONE)
        return -ESRCH;
    if (process != own) {
        if (process->parent == NULL || process->parent->process != own)
            return -ESRCH;
        if (process->session != own->session)
            return -EPERM;
        if (process->has_execed)
            return -EACCES;
    }
    if (process->session == process->pid || !group_is_joinable(process, group))
        return -EPERM;
    if (process->group != group)
        process_move_to_group(process, group);
    return 0;
}

long process_set_group(pid_t number, pid_t group_number)
{
    struct task *task = task_find(number ? number : current_process()->pid->number);
    struct pid *group;
    unsigned long flags;
    long result = -EINVAL;

    if (task == NULL)
        return -ESRCH;
    group = group_number ? pid_find(group_number) : pid_get(task->process->pid);
    flags = spin_lock_irqsave(&process_tree_lock);
    if (task == task->process->leader || task->process->state == PROCESS_GONE)
        result = process_set_group_locked(task->process, group);
    spin_unlock_irqrestore(&process_tree_lock, flags);
    pid_put(group);
    task_put(task);
    return result;
}

pid_t process_group_of(pid_t number, bool want_session)
{
    struct task *task = task_find(number ? number : current->tid);
    unsigned long flags;
    pid_t result = -ESRCH;

    if (task == NULL)
        return -ESRCH;
    flags = spin_lock_irqsave(&process_tree_lock);
    if (task->process->state != PROCESS_GONE)
        result = want_session ? task->process->session->number : task->process->group->number;
    spin_unlock_irqrestore(&process_tree_lock, flags);
    task_put(task);
    return result;
}
