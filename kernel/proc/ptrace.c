/*
 * ptrace(2), the tracer's side: who traces whom, and what is done to a trapped tracee. See
 * ptrace.h.
 */
#include "kernel/proc/ptrace.h"

#include "arch/api/trace.h"
#include "arch/api/user.h"
#include "kernel/abi/errno.h"
#include "kernel/core/cred.h"
#include "kernel/lib/string.h"
#include "kernel/mm/mm.h"
#include "kernel/proc/family.h"
#include "kernel/proc/process_look.h"
#include "kernel/proc/signal_internal.h"

#define OPTIONS                                                                                  \
    (PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |    \
     PTRACE_O_TRACEEXEC | PTRACE_O_TRACEVFORKDONE | PTRACE_O_TRACEEXIT | PTRACE_O_TRACESECCOMP | \
     PTRACE_O_EXITKILL)

/* What takes a few instructions of another thread is asked for this often. */
#define POLL_NS (NSEC_PER_MSEC / 10)

void tracing_init(struct tracing *tracing)
{
    list_init(&tracing->tracees);
}

/* --- Beginning --- */

/* Both locks of the task are held. */
static void link_locked(struct task *task, struct task *tracer, const struct tracing *how)
{
    struct tracing *tracing = &task->tracing;

    tracing->tracer = tracer;
    tracing->is_seized = how->is_seized;
    tracing->options = how->options;
    tracing->tracer_is_privileged = how->tracer_is_privileged;
    list_add_tail(&tracer->tracing.tracees, &task_get(task)->tracing.tracee_node);
}

/* Nobody has two tracers, and one that is on its way out would leave its tracees to nobody. */
static int link_check_locked(const struct task *task, const struct task *tracer)
{
    return task->tracing.tracer != NULL || task->is_exiting || tracer->is_exiting ? -EPERM : 0;
}

long ptrace_traceme(void)
{
    struct task *task = current_task(), *tracer;
    struct tracing how = {.is_seized = false};
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    int err = -EPERM;

    tracer = task->process->parent;
    if (tracer != NULL) {
        spin_lock(&tracer->process->lock);
        how.tracer_is_privileged = cred_is_privileged(tracer->thread.cred);
        spin_unlock(&tracer->process->lock);
        spin_lock(&task->process->lock);
        err = link_check_locked(task, tracer);
        if (err == 0)
            link_locked(task, tracer, &how);
        spin_unlock(&task->process->lock);
    }
    spin_unlock_irqrestore(&process_tree_lock, flags);
    return err;
}

/* The first stop is asked for. Under the signal lock. */
static void attach_begin_locked(struct task *task)
{
    if (!task->tracing.is_seized)
        (void)signal_send_locked(task->process, task, SIGSTOP, NULL, true);
    if (task->is_stopped) {
        task->is_stopped = false;
        task->tracing.trap_requested = true;
        thread_notify(&task->thread, TF_SIGNAL, 1u << THREAD_STOPPED);
    }
}

/* -EAGAIN: it is about to get other rights, and must be asked again. */
static int attach_once(struct task *task, const struct tracing *how)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    int err = -EPERM;

    if (task->process != current_process() && task_may_look_by_call(task)) {
        spin_lock(&task->process->lock);
        err = task->tracing.is_closed ? -EAGAIN : link_check_locked(task, current_task());
        if (err == 0) {
            link_locked(task, current_task(), how);
            attach_begin_locked(task);
        }
        spin_unlock(&task->process->lock);
    }
    spin_unlock_irqrestore(&process_tree_lock, flags);
    return err;
}

static void poll_nap(void)
{
    (void)thread_sleep_until(clock_monotonic_ns() + POLL_NS);
}

static long attach(pid_t tid, bool is_seized, unsigned options)
{
    struct tracing how = {
        .is_seized = is_seized,
        .options = options,
        .tracer_is_privileged = cred_is_privileged(current->cred),
    };
    struct task *task = task_find(tid);
    int err;

    if (task == NULL)
        return -ESRCH;
    while ((err = attach_once(task, &how)) == -EAGAIN && !thread_interrupted())
        poll_nap();
    task_put(task);
    return err == -EAGAIN ? -ERESTARTNOINTR : err;
}

long ptrace_attach(pid_t tid)
{
    return attach(tid, false, 0);
}

long ptrace_seize(pid_t tid, unsigned options)
{
    return options & ~OPTIONS ? -EIO : attach(tid, true, options);
}

void ptrace_inherit_locked(struct task *child, int event, unsigned long clone_flags)
{
    const struct tracing *tracing = &current_task()->tracing;

    if (tracing->tracer == NULL || (event == 0 && !(clone_flags & CLONE_PTRACE)))
        return;
    link_locked(child, tracing->tracer, tracing);
    if (tracing->is_seized)
        child->tracing.trap_requested = true;
    else
        child->pending.set |= SIGNAL_BIT(SIGSTOP);
    child->thread.flags |= TF_SIGNAL;
}

bool ptrace_close(void)
{
    struct task *task = current_task();
    unsigned long flags = spin_lock_irqsave(&task->process->lock);
    bool is_closed = task->tracing.tracer == NULL || task->tracing.tracer_is_privileged;

    task->tracing.is_closed = is_closed;
    spin_unlock_irqrestore(&task->process->lock, flags);
    return is_closed;
}

void ptrace_open(void)
{
    WRITE_ONCE(current_task()->tracing.is_closed, false);
}

/* --- The end --- */

bool ptrace_is_by(const struct task *task, const struct process *process)
{
    return task->tracing.tracer != NULL && task->tracing.tracer->process == process;
}

bool ptrace_is_by_other(const struct task *task, const struct process *process)
{
    return task->tracing.tracer != NULL && task->tracing.tracer->process != process;
}

void ptrace_unlink_locked(struct task *task)
{
    struct tracing *tracing = &task->tracing;
    struct process *process = task->process;

    list_del(&tracing->tracee_node);
    tracing->tracer = NULL;
    tracing->options = 0;
    tracing->stops_at_calls = tracing->skips_calls = tracing->is_stepped = false;
    tracing->trap_requested = tracing->is_trapped = false;
    tracing->is_reportable = tracing->is_listening = false;
    thread_step_forget(&task->thread);
    /* A stop of its process that the tracer had let it out of holds for it again. */
    if (process->stop_signal != 0 && !task->stop_requested && !task->is_exiting)
        task->is_stopped = true;
    if (!task->is_exiting)
        thread_notify(&task->thread, TF_SIGNAL, WAKE_SIGNAL | 1u << THREAD_STOPPED);
}

void ptrace_let_go(struct task *task)
{
    struct process *process = task->process;
    bool was_hidden = process->state == PROCESS_ZOMBIE && task == process->leader &&
                      ptrace_is_by_other(task, process->parent->process);

    spin_lock(&process->lock);
    ptrace_unlink_locked(task);
    spin_unlock(&process->lock);
    if (task->tracing.is_zombie) {
        task_release(task);
        process->zombie_threads--;
        process_end_if_last(process);
    } else if (was_hidden) {
        process_tell_end(process);
    }
}

void ptrace_tracer_end(struct task *tracer)
{
    struct task *task;

    while ((task = list_first_entry(&tracer->tracing.tracees, struct task, tracing.tracee_node)) !=
           NULL) {
        bool is_killed = (task->tracing.options & PTRACE_O_EXITKILL) != 0;

        ptrace_let_go(task);
        if (is_killed)
            (void)signal_send_process(task->process, SIGKILL, NULL);
        task_put(task);
    }
}

static void tracer_tell_end(struct task *task, const struct siginfo *info)
{
    struct process *process = task->tracing.tracer->process;

    signal_send_process(process, SIGCHLD, info);
    wake_up_all(&process->child_wait);
}

bool ptrace_thread_end(struct task *task)
{
    struct siginfo info;

    if (task->tracing.tracer == NULL)
        return false;
    task->tracing.is_zombie = true;
    task->process->zombie_threads++;
    thread_end_info(task, &info);
    tracer_tell_end(task, &info);
    return true;
}

bool ptrace_process_end(struct process *process)
{
    struct siginfo info;

    if (!ptrace_is_by_other(process->leader, process->parent->process))
        return false;
    process_end_info(process, &info);
    tracer_tell_end(process->leader, &info);
    return true;
}

/* --- What is done to a tracee --- */

static bool is_at_hand(struct task *task, bool is_any_state)
{
    struct process *process = task->process;
    unsigned long flags = spin_lock_irqsave(&process->lock);
    const struct tracing *tracing = &task->tracing;
    bool is_ours = tracing->tracer == current_task();

    if (!is_any_state)
        is_ours = is_ours && tracing->is_trapped && !tracing->is_listening;
    spin_unlock_irqrestore(&process->lock, flags);
    return is_ours;
}

/* A trapped tracee is on its last steps to its sleep at most. */
int ptrace_find(pid_t tid, bool is_any_state, struct task **out)
{
    struct task *task = task_find(tid);
    uint64_t switches;

    if (task == NULL)
        return -ESRCH;
    while (is_at_hand(task, is_any_state)) {
        if (is_any_state || thread_sleeps(&task->thread, &switches)) {
            *out = task;
            return 0;
        }
        poll_nap();
    }
    task_put(task);
    return -ESRCH;
}

long ptrace_resume(struct task *task, const struct ptrace_resume *how)
{
    struct process *process = task->process;
    struct tracing *tracing = &task->tracing;
    unsigned long flags;

    if (how->signal != 0 && !signal_is_valid(how->signal))
        return -EIO;
    thread_watch_calls(&task->thread, how->stops_at_calls || how->steps);
    thread_step(&task->thread, how->steps);
    flags = spin_lock_irqsave(&process->lock);
    if (tracing->is_trapped) { /* else it has been killed */
        tracing->signal = how->signal;
        tracing->stops_at_calls = how->stops_at_calls;
        tracing->skips_calls = how->skips_calls;
        tracing->is_stepped = how->steps;
        tracing->is_trapped = tracing->is_reportable = false;
        thread_wake(&task->thread, 1u << THREAD_STOPPED);
    }
    spin_unlock_irqrestore(&process->lock, flags);
    return 0;
}

long ptrace_detach(struct task *task, int signal)
{
    struct process *process = task->process;
    unsigned long flags;
    bool is_ours;

    if (signal != 0 && !signal_is_valid(signal))
        return -EIO;
    thread_watch_calls(&task->thread, false);
    thread_step(&task->thread, false);
    flags = spin_lock_irqsave(&process_tree_lock);
    is_ours = task->tracing.tracer == current_task();
    spin_lock(&process->lock);
    task->tracing.signal = signal;
    spin_unlock(&process->lock);
    if (is_ours)
        ptrace_let_go(task);
    spin_unlock_irqrestore(&process_tree_lock, flags);
    if (is_ours)
        task_put(task); /* the list's */
    return 0;
}

/* Has it trap, also if it waits in a stop that it was told to listen in. Under the signal lock. */
static void request_trap_locked(struct task *task)
{
    struct tracing *tracing = &task->tracing;
    unsigned states = WAKE_SIGNAL;

    tracing->trap_requested = true;
    if (tracing->is_listening) {
        tracing->is_trapped = tracing->is_listening = false;
        states = 1u << THREAD_STOPPED;
    }
    thread_notify(&task->thread, TF_SIGNAL, states);
}

void ptrace_continue_locked(struct task *task)
{
    if (task->tracing.tracer != NULL && task->tracing.is_seized)
        request_trap_locked(task);
}

long ptrace_interrupt(struct task *task)
{
    struct process *process = task->process;
    unsigned long flags;

    if (!task->tracing.is_seized)
        return -EIO;
    flags = spin_lock_irqsave(&process->lock);
    request_trap_locked(task);
    spin_unlock_irqrestore(&process->lock, flags);
    return 0;
}

long ptrace_listen(struct task *task)
{
    struct process *process = task->process;
    struct tracing *tracing = &task->tracing;
    unsigned long flags = spin_lock_irqsave(&process->lock);
    bool is_possible = tracing->is_seized && tracing->is_trapped && tracing->kind == TRAP_GROUP;

    if (is_possible) {
        tracing->is_listening = true;
        tracing->is_reportable = false;
        if (tracing->trap_requested)
            request_trap_locked(task);
    }
    spin_unlock_irqrestore(&process->lock, flags);
    return is_possible ? 0 : -EIO;
}

long ptrace_set_options(struct task *task, unsigned long options)
{
    if (options & ~(unsigned long)OPTIONS)
        return -EINVAL;
    WRITE_ONCE(task->tracing.options, (unsigned)options);
    return 0;
}

long ptrace_get_info(struct task *task, struct siginfo *info)
{
    if (!task->tracing.has_info)
        return -EINVAL;
    *info = task->tracing.info;
    return 0;
}

long ptrace_set_info(struct task *task, const struct siginfo *info)
{
    if (!task->tracing.has_info)
        return -EINVAL;
    task->tracing.info = *info;
    return 0;
}

long ptrace_peek_info(struct task *task, bool is_shared, uint64_t index, struct siginfo *info)
{
    struct process *process = task->process;
    unsigned long flags = spin_lock_irqsave(&process->lock);
    struct signal_queue *queue = is_shared ? &process->pending : &task->pending;
    struct signal_entry *entry;
    long err = -ENOENT;

    list_for_each_entry (entry, &queue->entries, node) {
        if (index-- == 0) {
            *info = entry->info;
            err = 0;
            break;
        }
    }
    spin_unlock_irqrestore(&process->lock, flags);
    return err;
}

void ptrace_set_blocked(struct task *task, signal_set blocked)
{
    struct process *process = task->process;
    unsigned long flags = spin_lock_irqsave(&process->lock);

    task->blocked = blocked & ~SIGNALS_UNBLOCKABLE;
    atomic_or(&task->thread.flags, TF_SIGNAL);
    spin_unlock_irqrestore(&process->lock, flags);
}

long ptrace_peek(struct task *task, uintptr_t address, unsigned long *word)
{
    struct mm *mm = task_mm_get(task);
    int err = mm != NULL ? mm_read(mm, address, word, sizeof(*word), true) : -EIO;

    if (mm != NULL)
        mm_put(mm);
    return err != 0 ? -EIO : 0;
}

long ptrace_poke(struct task *task, uintptr_t address, unsigned long word)
{
    struct mm *mm = task_mm_get(task);
    int err = mm != NULL ? mm_write(mm, address, &word, sizeof(word), true) : -EIO;

    if (mm != NULL)
        mm_put(mm);
    return err != 0 ? -EIO : 0;
}

size_t ptrace_syscall_info(struct task *task, struct ptrace_syscall_info *info)
{
    const struct pt_regs *regs = thread_user_regs(&task->thread);
    bool is_call = (task->tracing.options & PTRACE_O_TRACESYSGOOD) &&
                   (task->tracing.kind == TRAP_ENTER || task->tracing.kind == TRAP_LEAVE);

    memset(info, 0, sizeof(*info));
    info->arch = is_call ? task->tracing.call_arch : AUDIT_ARCH_X86_64;
    info->ip = regs_ip(regs);
    info->sp = regs_sp(regs);
    if (is_call && task->tracing.kind == TRAP_ENTER) {
        info->op = PTRACE_SYSCALL_INFO_ENTRY;
        info->entry.nr = (unsigned long)regs_syscall_number(regs);
        if (info->arch == AUDIT_ARCH_I386)
            regs_int80_arguments(regs, info->entry.args);
        else
            regs_syscall_arguments(regs, info->entry.args);
        return PTRACE_SYSCALL_INFO_ENTRY_SIZE;
    }
    if (is_call && task->tracing.kind == TRAP_LEAVE) {
        info->op = PTRACE_SYSCALL_INFO_EXIT;
        info->exit.rval = regs_result(regs);
        info->exit.is_error = info->exit.rval < 0 && info->exit.rval >= -MAX_ERRNO;
        return PTRACE_SYSCALL_INFO_EXIT_SIZE;
    }
    return PTRACE_SYSCALL_INFO_NONE_SIZE;
}
