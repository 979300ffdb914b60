/*
 * Sending signals (kill(2), signal(7)). See signal.h for the rules.
 *
 * What happens at once, under the signal lock of the receiving process: SIGCONT and the stop
 * signals take each other out of the queues; what nobody cares about is dropped; what will end the
 * process ends it; anything else is queued and a thread that doesn't block it is told to look.
 */
#include "kernel/abi/errno.h"
#include "kernel/abi/wait.h"
#include "kernel/core/cred.h"
#include "kernel/core/init.h"
#include "kernel/core/tracepoint.h"
#include "kernel/lib/string.h"
#include "kernel/proc/job_control.h"
#include "kernel/proc/signal_internal.h"
#include "kernel/proc/user.h"

#define SIGNALS_DEFAULT_IGNORED \
    (SIGNAL_BIT(SIGCONT) | SIGNAL_BIT(SIGCHLD) | SIGNAL_BIT(SIGWINCH) | SIGNAL_BIT(SIGURG))

static struct wait_queue arrivals[64];

enum signal_default signal_default_action(int signal)
{
    if (SIGNAL_BIT(signal) & SIGNALS_DEFAULT_IGNORED)
        return SIGNAL_IGNORED;
    if (SIGNAL_BIT(signal) & SIGNALS_STOP)
        return SIGNAL_STOPS;
    return SIGNAL_TERMINATES;
}

/* A tracer decides what becomes of signals, of all but one. */
static bool is_for_tracer(const struct task *task, int signal)
{
    return task->tracing.tracer != NULL && signal != SIGKILL;
}

/* Whoever waits for an arrival looks at what has arrived under the signal lock, after joining: so
 * the sender, who holds it, sees him. */
struct wait_queue *signal_arrivals(const struct process *process)
{
    return &arrivals[(uintptr_t)process / sizeof(*process) % ARRAY_SIZE(arrivals)];
}

/* True if the signal would do nothing, now and later. While it is blocked that is not known. */
static bool signal_is_dropped(const struct task *task, int signal, bool is_forced)
{
    struct kernel_sigaction action;

    if ((task->blocked & SIGNAL_BIT(signal)) || is_for_tracer(task, signal))
        return false;
    action = sighand_action(task->sighand, signal);
    if (action.handler == SIG_IGN)
        return true;
    if (action.handler != SIG_DFL)
        return false;
    return signal_default_action(signal) == SIGNAL_IGNORED ||
           (task->process->is_init && !is_forced);
}

static bool task_accepts(const struct task *task, int signal)
{
    if ((task->blocked & ~task->awaited & SIGNAL_BIT(signal)) || task->is_exiting)
        return false;
    return signal == SIGKILL || !(task->is_stopped || task->tracing.is_trapped);
}

/* The thread that shall take the signal: the one it was sent to, if any, else the leader or the
 * next best, rather one that isn't busy with another. NULL: nobody can now. */
static struct task *signal_receiver(struct process *process, struct task *task, int signal)
{
    struct task *receiver = NULL;

    if (task != NULL)
        return task_accepts(task, signal) ? task : NULL;
    list_for_each_entry (task, &process->threads, thread_node) {
        if (!task_accepts(task, signal))
            continue;
        if ((atomic_load(&task->thread.flags) & TF_SIGNAL) == 0)
            return task;
        if (receiver == NULL)
            receiver = task;
    }
    return receiver;
}

void process_kill_locked(struct process *process, int status)
{
    struct task *task;

    process->is_killed |= status == WAIT_STATUS_SIGNALED(SIGKILL);
    if (process->is_exiting && !process->is_killed)
        return;
    if (!process->is_exiting)
        process->status = status;
    process->is_exiting = true;
    process->stop_signal = 0;
    process->stop_count = 0;
    process->stop_reportable = false;
    process->continue_reportable = false;
    list_for_each_entry (task, &process->threads, thread_node)
        thread_notify(&task->thread, TF_KILLED, WAKE_KILL);
}

static bool signal_is_fatal(struct task *receiver, int signal)
{
    return signal == SIGKILL ||
           ((receiver->blocked & SIGNAL_BIT(signal)) == 0 && !is_for_tracer(receiver, signal) &&
            signal_default_action(signal) == SIGNAL_TERMINATES &&
            sighand_action(receiver->sighand, signal).handler == SIG_DFL);
}

/* What became of a signal, as Linux's tracepoint tells it (TRACE_SIGNAL_*). */
enum outcome {
    OUTCOME_DELIVERED,
    OUTCOME_IGNORED,
    OUTCOME_OVERFLOW = 3,
};

static void outcome_tell(const struct task *task, bool is_for_group, int signal,
                         const struct siginfo *info, enum outcome outcome)
{
    trace_signal_generate(signal, info ? info->si_errno : 0, info ? info->si_code : SI_KERNEL,
                          task->thread.name, task->thread.tid, is_for_group, (int)outcome);
}

/* Sends by siginfo (NULL: the kernel's) or by a timer's entry. */
static int send(struct process *process, struct task *task, int signal, const struct siginfo *info,
                struct signal_entry *own, bool is_forced)
{
    struct task *first = task != NULL ? task : process->leader;
    struct signal_queue *queue = task != NULL ? &task->pending : &process->pending;
    struct task *receiver;
    int err = 0;

    if (process->is_exiting && signal == SIGKILL) /* a tracer may hold up its end */
        process_kill_locked(process, WAIT_STATUS_SIGNALED(SIGKILL));
    if (process->is_exiting || list_empty(&process->threads))
        return 0;
    if (SIGNAL_BIT(signal) & SIGNALS_STOP)
        signal_flush(process, SIGNAL_BIT(SIGCONT));
    else if (signal == SIGCONT)
        process_continue_locked(process);
    if (signal_is_dropped(first, signal, is_forced)) {
        outcome_tell(first, task == NULL, signal, info, OUTCOME_IGNORED);
        return 0;
    }

    receiver = signal_receiver(process, task, signal);
    if (receiver != NULL && signal_is_fatal(receiver, signal)) {
        outcome_tell(receiver, task == NULL, signal, info, OUTCOME_DELIVERED);
        process_kill_locked(process, WAIT_STATUS_SIGNALED(signal));
        return 0;
    }
    if (own != NULL)
        signal_queue_add_own(queue, own);
    else
        err = signal_queue_add(queue, signal, info, first->user,
                               process->limits[RLIMIT_SIGPENDING].rlim_cur);
    outcome_tell(receiver != NULL ? receiver : first, task == NULL, signal, info,
                 err == 0 ? OUTCOME_DELIVERED : OUTCOME_OVERFLOW);
    if (err == 0 && wait_queue_active(signal_arrivals(process)))
        wake_up(signal_arrivals(process));
    if (err == 0 && receiver != NULL)
        thread_notify(&receiver->thread, TF_SIGNAL, WAKE_SIGNAL);
    return err;
}

int signal_send_locked(struct process *process, struct task *task, int signal,
                       const struct siginfo *info, bool is_forced)
{
    return send(process, task, signal, info, NULL, is_forced);
}

bool signal_send_own_locked(struct process *process, struct task *task, struct signal_entry *entry)
{
    if (task == NULL || !task->is_exiting)
        (void)send(process, task, entry->info.si_signo, &entry->info, entry, false);
    return entry->is_queued;
}

/* Process 1 does not die of what others send it; what the kernel sends to kill, kills. */
static bool signal_is_forced(int signal, const struct siginfo *info)
{
    return signal == SIGKILL && info == NULL;
}

int signal_send_task(struct task *task, int signal, const struct siginfo *info)
{
    struct process *process = task->process;
    unsigned long flags = spin_lock_irqsave(&process->lock);
    int err = signal_send_locked(process, task, signal, info, signal_is_forced(signal, info));

    spin_unlock_irqrestore(&process->lock, flags);
    return err;
}

int signal_send_process(struct process *process, int signal, const struct siginfo *info)
{
    unsigned long flags = spin_lock_irqsave(&process->lock);
    int err = signal_send_locked(process, NULL, signal, info, signal_is_forced(signal, info));

    spin_unlock_irqrestore(&process->lock, flags);
    return err;
}

int signal_send_member(struct process *process, int signal, const struct siginfo *info)
{
    unsigned long flags = spin_lock_irqsave(&process->lock);
    int err = signal_send_locked(process, NULL, signal, info, signal_is_forced(signal, info));

    process->group_send_count++;
    spin_unlock_irqrestore(&process->lock, flags);
    return err;
}

int signal_send_group(pid_t number, int signal)
{
    struct pid *group = pid_find(number);
    struct process *process;
    unsigned long flags;
    int err = -ESRCH;

    if (group == NULL)
        return -ESRCH;
    flags = spin_lock_irqsave(&process_tree_lock);
    list_for_each_entry (process, &group->group, group_node) {
        signal_send_member(process, signal, NULL);
        err = 0;
    }
    spin_unlock_irqrestore(&process_tree_lock, flags);
    pid_put(group);
    return err;
}

int signal_send_current(int signal)
{
    struct siginfo info;

    signal_info_user(&info, signal, SI_USER);
    return signal_send_task(current_task(), signal, &info);
}

void signal_force(int signal, const struct siginfo *info)
{
    struct task *task = current_task();
    struct process *process = task->process;
    unsigned long flags = spin_lock_irqsave(&process->lock);
    struct kernel_sigaction action = sighand_action(task->sighand, signal);
    bool is_blocked = (task->blocked & SIGNAL_BIT(signal)) != 0;

    if (is_blocked || action.handler == SIG_IGN) {
        action.handler = SIG_DFL;
        sighand_replace(task->sighand, signal, &action);
        task->blocked &= ~SIGNAL_BIT(signal);
    }
    signal_send_locked(process, task, signal, info, true);
    signal_recalculate_locked(task);
    spin_unlock_irqrestore(&process->lock, flags);
}

void signal_force_fatal(int signal)
{
    struct process *process = current_process();
    unsigned long flags = spin_lock_irqsave(&process->lock);

    process_kill_locked(process, WAIT_STATUS_SIGNALED(signal));
    spin_unlock_irqrestore(&process->lock, flags);
}

void signal_info_user(struct siginfo *info, int signal, int code)
{
    memset(info, 0, sizeof(*info));
    info->si_signo = signal;
    info->si_code = code;
    info->si_pid = current_process()->pid->number;
    info->si_uid = current->cred->uid;
}

int signal_check_permission(struct task *target, int signal)
{
    const struct cred *own = current->cred;
    struct process *process = target->process;
    unsigned long flags;
    bool is_allowed;

    if (process == current_process() || cred_is_privileged(own))
        return 0;
    flags = spin_lock_irqsave(&process->lock);
    is_allowed = own->euid == target->thread.cred->suid || own->euid == target->thread.cred->uid ||
                 own->uid == target->thread.cred->suid || own->uid == target->thread.cred->uid;
    spin_unlock_irqrestore(&process->lock, flags);
    if (is_allowed || (signal == SIGCONT && process->session == current_process()->session))
        return 0;
    return -EPERM;
}

static void arrivals_init(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(arrivals); i++)
        wait_queue_init(&arrivals[i]);
}
INIT_CALL(1, arrivals_init);
