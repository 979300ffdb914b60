/*
 * ptrace(2), the tracee's side: its stops, and what they are told as. See ptrace.h.
 */
#include "arch/api/cpu.h"
#include "arch/api/trace.h"
#include "arch/api/user.h"
#include "kernel/abi/wait.h"
#include "kernel/core/restart.h"
#include "kernel/lib/string.h"
#include "kernel/proc/cred.h"
#include "kernel/proc/job_control.h"
#include "kernel/proc/ptrace.h"
#include "kernel/proc/signal_internal.h"

#define SYSGOOD_BIT 0x80 /* PTRACE_O_TRACESYSGOOD: a stop of a system call is no SIGTRAP's */
#define EVENT_CODE(event, signal) ((signal) | (event) << 8)

struct trap {
    enum trap_kind kind;
    int code;                   /* as wait(2) tells it */
    int signal;                 /* to go on with, if the tracer says nothing else */
    const struct siginfo *info; /* PTRACE_GETSIGINFO's; NULL: none */
    unsigned long message;
};

/* Tells the tracer. Under the tree lock. */
static void tracer_tell(struct task *task, int code)
{
    struct siginfo info;

    memset(&info, 0, sizeof(info));
    info.si_signo = SIGCHLD;
    info.si_code = CLD_TRAPPED;
    info.si_pid = task->thread.tid;
    info.si_uid = task_uid(task);
    info.si_status = code & 0x7f;
    task_tell_stop(task->tracing.tracer, &info);
}

/* Stops for the tracer. What it goes on with: a signal or 0. Without a tracer that is at once. */
static int trap(const struct trap *trap)
{
    struct task *task = current_task();
    struct tracing *tracing = &task->tracing;
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    bool is_killed;

    spin_lock(&task->process->lock);
    is_killed = (atomic_load(&current->flags) & TF_KILLED) != 0;
    tracing->signal = trap->signal;
    if (tracing->tracer != NULL && !is_killed) {
        tracing->is_trapped = tracing->is_reportable = true;
        tracing->is_listening = false;
        tracing->trap_requested = false;
        tracing->kind = trap->kind;
        tracing->code = trap->code;
        tracing->has_info = trap->info != NULL;
        if (trap->info != NULL)
            tracing->info = *trap->info;
        tracing->message = trap->message;
    }
    spin_unlock(&task->process->lock);
    if (tracing->is_trapped)
        tracer_tell(task, trap->code);
    spin_unlock_irqrestore(&process_tree_lock, flags);

    task_sleep_held(task, &tracing->is_trapped);
    signal_notice();
    return tracing->signal;
}

/* The siginfo of a stop that no signal caused. */
static struct siginfo trap_info(int code)
{
    struct siginfo info;

    signal_info_user(&info, SIGTRAP, code);
    info.si_pid = current->tid;
    return info;
}

static int trap_with_code(enum trap_kind kind, int code, unsigned long message)
{
    struct siginfo info = trap_info(code);
    struct trap trapped = {.kind = kind, .code = code, .info = &info, .message = message};

    return trap(&trapped);
}

/* --- System calls --- */

static bool is_traced(const struct task *task)
{
    return READ_ONCE(task->tracing.tracer) != NULL;
}

/* A stop at a system call. A signal that the tracer gives is sent as if anew. */
static void trap_call(enum trap_kind kind)
{
    struct task *task = current_task();
    bool is_good = (READ_ONCE(task->tracing.options) & PTRACE_O_TRACESYSGOOD) != 0;
    unsigned long message =
        kind == TRAP_ENTER ? PTRACE_EVENTMSG_SYSCALL_ENTRY : PTRACE_EVENTMSG_SYSCALL_EXIT;
    int signal = trap_with_code(kind, SIGTRAP | (is_good ? SYSGOOD_BIT : 0), message);

    if (signal_is_valid(signal))
        (void)signal_send_task(task, signal, NULL);
}

bool ptrace_enter_call(struct pt_regs *regs, unsigned arch)
{
    struct task *task = current_task();
    struct tracing *tracing = &task->tracing;
    bool is_skipped = tracing->skips_calls;

    if (!is_traced(task)) { /* it has lost its tracer while it ran */
        thread_watch_calls(&task->thread, false);
        return true;
    }
    if (!tracing->stops_at_calls)
        return true;
    tracing->call_arch = arch;
    trap_call(TRAP_ENTER);
    if (atomic_load(&current->flags) & TF_KILLED)
        return false;
    return !is_skipped && regs_syscall_number(regs) != -1;
}

void ptrace_leave_call(struct pt_regs *regs)
{
    struct task *task = current_task();
    const struct tracing *tracing = &task->tracing;
    struct siginfo info;

    if (!is_traced(task))
        return;
    if (tracing->is_stepped) { /* the CPU traps no earlier than behind the next instruction */
        memset(&info, 0, sizeof(info));
        info.si_signo = SIGTRAP;
        info.si_code = TRAP_BRKPT;
        info.si_addr = (void *)regs_ip(regs);
        signal_force(SIGTRAP, &info);
    } else if (tracing->stops_at_calls && !tracing->skips_calls) {
        trap_call(TRAP_LEAVE);
    }
}

/* --- Events --- */

bool ptrace_wants(int event)
{
    const struct task *task = current_task();

    return is_traced(task) && (READ_ONCE(task->tracing.options) & 1u << event);
}

void ptrace_event(int event, unsigned long message)
{
    (void)trap_with_code(TRAP_EVENT, EVENT_CODE(event, SIGTRAP), message);
}

/* A thread that dies with its process, or of another's execve, stops as well; but for SIGKILL,
 * which ends this stop like any other, none would be there to end it when two trace each other. */
void ptrace_exit(int status)
{
    struct process *process = current_process();
    unsigned long flags;
    uint32_t killed;
    bool stops;

    if (!ptrace_wants(PTRACE_EVENT_EXIT))
        return;
    flags = spin_lock_irqsave(&process->lock);
    stops = !process->is_killed;
    killed = stops ? atomic_and(&current->flags, ~TF_KILLED) & TF_KILLED : 0;
    spin_unlock_irqrestore(&process->lock, flags);
    if (stops)
        ptrace_event(PTRACE_EVENT_EXIT, (unsigned long)status);
    atomic_or(&current->flags, killed);
}

void ptrace_exec(pid_t former_tid)
{
    struct task *task = current_task();
    struct siginfo info;

    if (ptrace_wants(PTRACE_EVENT_EXEC)) {
        ptrace_event(PTRACE_EVENT_EXEC, (unsigned long)former_tid);
    } else if (is_traced(task) && !task->tracing.is_seized) {
        signal_info_user(&info, SIGTRAP, SI_USER);
        (void)signal_send_task(task, SIGTRAP, &info);
    }
}

/* --- Signals --- */

/* The tracer has put another signal in the place of this one, without saying more of it. */
static void info_replace(struct task *task, int signal, struct siginfo *info)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    struct task *tracer = task->tracing.tracer;

    memset(info, 0, sizeof(*info));
    info->si_signo = signal;
    info->si_code = SI_USER;
    if (tracer != NULL) {
        info->si_pid = tracer->process->pid->number;
        info->si_uid = task_uid(tracer);
    }
    spin_unlock_irqrestore(&process_tree_lock, flags);
}

int ptrace_signal(struct task *task, int signal, struct siginfo *info, unsigned long *flags)
{
    struct process *process = task->process;
    struct trap trapped = {.kind = TRAP_SIGNAL, .code = signal, .signal = signal, .info = info};
    int chosen;

    spin_unlock_irqrestore(&process->lock, *flags);
    chosen = trap(&trapped);
    if (chosen != 0 && task->tracing.has_info)
        *info = task->tracing.info;
    if (chosen != 0 && info->si_signo != chosen)
        info_replace(task, chosen, info);
    *flags = spin_lock_irqsave(&process->lock);
    if (chosen != 0 && (task->blocked & SIGNAL_BIT(chosen))) {
        (void)signal_send_locked(process, task, chosen, info, false);
        return 0;
    }
    return chosen;
}

void ptrace_group_stop(struct task *task)
{
    int signal = READ_ONCE(task->process->stop_signal);
    struct trap trapped = {.kind = TRAP_GROUP, .code = signal};

    if (READ_ONCE(task->tracing.is_seized))
        (void)trap_with_code(TRAP_GROUP,
                             EVENT_CODE(PTRACE_EVENT_STOP, signal != 0 ? signal : SIGTRAP), 0);
    else if (signal != 0)
        (void)trap(&trapped);
}

void ptrace_handler(void)
{
    struct task *task = current_task();

    if (is_traced(task) && task->tracing.is_stepped)
        (void)trap_with_code(TRAP_EVENT, SIGTRAP, 0);
}
