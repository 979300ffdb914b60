/*
 * Waiting for children. See wait.h.
 *
 * A scan over the children, under the tree lock, takes the first event that is wanted, in order of
 * birth; it is the condition of a wait on process->child_wait, which each event wakes. The event is
 * taken by the scan itself, so that of two threads that wait only one gets it. Then come the
 * threads that those of this process trace (ptrace(2)): of them it gets every stop, and of others'
 * children the end before their parents do.
 */
#include "kernel/proc/wait.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"
#include "kernel/proc/cred.h"
#include "kernel/proc/family.h"
#include "kernel/proc/signal_internal.h"

static bool number_is_wanted(const struct wait_request *request, const struct pid *pid,
                             const struct pid *group)
{
    if (request->type == P_PID && pid != request->pid)
        return false;
    return request->type != P_PGID || group == request->pid;
}

static bool child_is_wanted(const struct wait_request *request, const struct process *child)
{
    bool is_clone = child->exit_signal != SIGCHLD;

    if (!number_is_wanted(request, child->pid, child->group))
        return false;
    if ((request->options & __WNOTHREAD) && child->parent != current_task())
        return false;
    return (request->options & __WALL) || is_clone == ((request->options & (int)__WCLONE) != 0);
}

static void child_usage(struct process *child, struct process_usage *usage)
{
    process_usage_total(child, usage);
    process_usage_add(usage, &child->children_usage);
}

/* What a zombie leaves, without the end of it. */
static void look_at_zombie(struct wait_request *request, struct process *child)
{
    request->number = child->pid->number;
    request->status = child->status;
    process_end_info(child, &request->info);
    child_usage(child, &request->usage);
}

static void take_zombie(struct wait_request *request, struct process *child)
{
    struct process *own = current_process();

    look_at_zombie(request, child);
    if (request->options & WNOWAIT)
        return;
    spin_lock(&own->lock);
    process_usage_add(&own->children_usage, &request->usage);
    spin_unlock(&own->lock);
    request->reaped = process_reap(child);
}

/* The siginfo of a task that has stopped or goes on; its number is known. */
static void change_info(struct wait_request *request, struct task *task, int code, int status)
{
    memset(&request->info, 0, sizeof(request->info));
    request->info.si_signo = SIGCHLD;
    request->info.si_code = code;
    request->info.si_pid = request->number;
    request->info.si_uid = task_uid(task);
    request->info.si_status = status;
    child_usage(task->process, &request->usage);
}

/* A stop or a continuation that nobody has waited for. True if there was one. */
static bool take_change(struct wait_request *request, struct process *child)
{
    bool is_stop, is_continue;
    int signal;

    spin_lock(&child->lock);
    is_stop = (request->options & WSTOPPED) && child->stop_reportable;
    is_continue = !is_stop && (request->options & WCONTINUED) && child->continue_reportable;
    signal = is_stop ? child->stop_signal : SIGCONT;
    if (is_stop && !(request->options & WNOWAIT))
        child->stop_reportable = false;
    if (is_continue && !(request->options & WNOWAIT))
        child->continue_reportable = false;
    spin_unlock(&child->lock);
    if (!is_stop && !is_continue)
        return false;

    request->number = child->pid->number;
    request->status = is_stop ? WAIT_STATUS_STOPPED(signal) : WAIT_STATUS_CONTINUED;
    change_info(request, child->leader, is_stop ? CLD_STOPPED : CLD_CONTINUED, signal);
    return true;
}

/* A child's event, if there is one that is wanted. *is_any: there may be one some day. */
static bool scan_children(struct wait_request *request, bool *is_any)
{
    struct process *own = current_process(), *child;

    list_for_each_entry (child, &own->children, child_node) {
        bool is_zombie = child->state == PROCESS_ZOMBIE;

        if (!child_is_wanted(request, child) || (is_zombie && !(request->options & WEXITED)))
            continue;
        *is_any = true;
        if (is_zombie && ptrace_is_by_other(child->leader, own))
            continue; /* first its tracer */
        if (is_zombie)
            take_zombie(request, child);
        if (is_zombie || (!ptrace_is_by(child->leader, own) && take_change(request, child)))
            return true;
    }
    return false;
}

/* A stop of a tracee that nobody has waited for. */
static bool take_trap(struct wait_request *request, struct task *task)
{
    struct tracing *tracing = &task->tracing;
    bool is_trap;
    int code;

    spin_lock(&task->process->lock);
    is_trap = tracing->is_trapped && tracing->is_reportable;
    code = tracing->code;
    if (is_trap && !(request->options & WNOWAIT)) {
        tracing->is_reportable = false;
        tracing->signal = 0; /* from here on the tracer says how it goes on */
    }
    spin_unlock(&task->process->lock);
    if (!is_trap)
        return false;
    request->number = task->thread.tid;
    request->status = code << 8 | 0x7f;
    change_info(request, task, CLD_TRAPPED, code);
    return true;
}

/* The end of a tracee: of a thread, or of a process that is somebody else's child, who is told now.
 */
static void take_tracee_end(struct wait_request *request, struct task *task)
{
    look_at_zombie(request, task->process);
    if (task->tracing.is_zombie) {
        thread_end_info(task, &request->info);
        request->number = task->thread.tid;
        request->status = task->tracing.end_status;
    }
    if (request->options & WNOWAIT)
        return;
    ptrace_let_go(task);
    request->reaped = task;
}

static bool tracee_has_ended(const struct task *task)
{
    return task->tracing.is_zombie ||
           (task->process->state == PROCESS_ZOMBIE && task == task->process->leader);
}

static bool scan_tracees_of(struct wait_request *request, struct task *tracer, bool *is_any)
{
    struct task *task;

    list_for_each_entry (task, &tracer->tracing.tracees, tracing.tracee_node) {
        struct process *process = task->process;
        bool has_ended = tracee_has_ended(task);

        if (!number_is_wanted(request, task->pid, process->group) ||
            (has_ended && !(request->options & WEXITED)))
            continue;
        *is_any = true;
        if (has_ended && !task->tracing.is_zombie && process->parent->process == tracer->process) {
            take_zombie(request, process); /* our own child */
            return true;
        }
        if (has_ended)
            take_tracee_end(request, task);
        if (has_ended || take_trap(request, task))
            return true;
    }
    return false;
}

static bool scan_tracees(struct wait_request *request, bool *is_any)
{
    struct task *tracer;

    list_for_each_entry (tracer, &current_process()->threads, thread_node)
        if ((tracer == current_task() || !(request->options & __WNOTHREAD)) &&
            scan_tracees_of(request, tracer, is_any))
            return true;
    return false;
}

/* True when there is nothing more to wait for: an event was taken, or *result says why not. */
static bool wait_scan(struct wait_request *request, long *result)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    bool is_any = false;
    bool is_taken = scan_children(request, &is_any) || scan_tracees(request, &is_any);

    spin_unlock_irqrestore(&process_tree_lock, flags);
    *result = is_any ? 0 : -ECHILD;
    return is_taken || !is_any || (request->options & WNOHANG);
}

long process_wait(struct wait_request *request)
{
    long result = 0;
    int err;

    request->number = 0;
    request->reaped = NULL;
    err = wait_event(&current_process()->child_wait, wait_scan(request, &result));
    task_put(request->reaped);
    return err != 0 ? err : result;
}
