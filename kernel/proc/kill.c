/*
 * Sending signals by number. See kill.h.
 */
#include "kernel/proc/kill.h"

#include "kernel/abi/errno.h"
#include "kernel/proc/signal_internal.h"

/* What becomes of a send to many: the first success wins, else an error does. */
struct kill_result {
    bool is_any, is_success;
    long error;
};

/* Checks before sending to a process, one of whose tasks this is. Under the tree lock. */
static long kill_check(struct task *task, int signal)
{
    if (signal != 0 && !signal_is_valid(signal))
        return -EINVAL;
    return signal_check_permission(task, signal);
}

/* One member of a group, under the tree lock. */
static void kill_member(struct process *process, int signal, const struct siginfo *info,
                        struct kill_result *result)
{
    long err = kill_check(process->leader, signal);

    if (err == 0 && signal != 0)
        err = signal_send_member(process, signal, info);
    result->is_any = true;
    if (err == 0)
        result->is_success = true;
    else
        result->error = err;
}

static long kill_group(pid_t number, int signal, const struct siginfo *info)
{
    struct kill_result result = {.error = -ESRCH};
    struct process *process;
    struct pid *group = number != 0 ? pid_find(number) : NULL;
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);

    if (number == 0)
        group = pid_get(current_process()->group);
    if (group != NULL)
        list_for_each_entry (process, &group->group, group_node)
            kill_member(process, signal, info, &result);
    spin_unlock_irqrestore(&process_tree_lock, flags);
    pid_put(group);
    return result.is_success ? 0 : result.error;
}

/* Everybody but process 1 and the caller's own. That nobody may be sent to is no error on Linux. */
static long kill_all(int signal, const struct siginfo *info)
{
    struct kill_result result = {.error = 0};
    struct process *process;
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);

    list_for_each_entry (process, &process_list, all_node)
        if (!process->is_init && process != current_process())
            kill_member(process, signal, info, &result);
    spin_unlock_irqrestore(&process_tree_lock, flags);
    if (!result.is_any)
        return -ESRCH;
    return result.error == -EPERM ? 0 : result.error;
}

long signal_kill_process(pid_t pid, int signal, const struct siginfo *info)
{
    struct task *task = task_find(pid);
    unsigned long flags;
    long err;

    if (task == NULL)
        return -ESRCH;
    flags = spin_lock_irqsave(&process_tree_lock);
    err = kill_check(task, signal);
    spin_unlock_irqrestore(&process_tree_lock, flags);
    if (err == 0 && signal != 0)
        err = signal_send_process(task->process, signal, info);
    task_put(task);
    return err;
}

long signal_kill_exactly(struct process *process, int signal, const struct siginfo *info)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    long err = -ESRCH;

    if (process->leader != NULL)
        err = kill_check(process->leader, signal);
    spin_unlock_irqrestore(&process_tree_lock, flags);
    if (err == 0 && signal != 0)
        err = signal_send_process(process, signal, info);
    return err;
}

long signal_kill_thread(pid_t tgid, pid_t tid, int signal, const struct siginfo *info)
{
    struct task *task = task_find(tid);
    unsigned long flags;
    long err = -ESRCH;

    if (task == NULL)
        return -ESRCH;
    if (tgid == 0 || task->process->pid->number == tgid) {
        flags = spin_lock_irqsave(&process_tree_lock);
        err = kill_check(task, signal);
        spin_unlock_irqrestore(&process_tree_lock, flags);
        if (err == 0 && signal != 0)
            err = signal_send_task(task, signal, info);
    }
    task_put(task);
    return err;
}

long signal_kill(pid_t pid, int signal)
{
    struct siginfo info;

    signal_info_user(&info, signal, SI_USER);
    if (pid > 0)
        return signal_kill_process(pid, signal, &info);
    if (pid == INT32_MIN)
        return -ESRCH;
    if (pid == -1)
        return kill_all(signal, &info);
    return kill_group(-pid, signal, &info);
}

/* Takes a pending signal; 0: none. From now on senders wake us for those awaited, blocked or not.
 */
static int signal_take_awaited(struct task *task, signal_set wanted, signal_set awaited,
                               struct siginfo *info)
{
    unsigned long flags = spin_lock_irqsave(&task->process->lock);
    int signal = signal_queue_take(&task->pending, wanted, info);

    if (signal == 0)
        signal = signal_queue_take(&task->process->pending, wanted, info);
    task->awaited = signal == 0 ? awaited : 0;
    signal_recalculate_locked(task);
    spin_unlock_irqrestore(&task->process->lock, flags);
    return signal;
}

int signal_take_now(signal_set wanted, struct siginfo *info)
{
    return signal_take_awaited(current_task(), wanted, 0, info);
}

long signal_wait(signal_set wanted, uint64_t deadline_ns, struct siginfo *info)
{
    struct task *task = current_task();
    int signal, err = 0;

    wanted &= ~SIGNALS_UNBLOCKABLE;
    signal = signal_take_awaited(task, wanted, wanted, info);
    if (signal != 0)
        return signal;
    while (err == 0) {
        thread_set_state(THREAD_INTERRUPTIBLE);
        err = wait_sleep(THREAD_INTERRUPTIBLE, deadline_ns);
    }
    thread_set_state(THREAD_RUNNABLE);
    signal = signal_take_awaited(task, wanted, 0, info);
    if (signal != 0)
        return signal;
    return err == -ETIMEDOUT ? -EAGAIN : -EINTR;
}
