/*
 * Waiting for children. See wait.h.
 *
 * A scan over the children, under the tree lock, takes the first event that is wanted, in order of
 * birth; it is the condition of a wait on process->child_wait, which each event wakes. The event is
 * taken by the scan itself, so that of two threads that wait only one gets it.
 */
#include "kernel/proc/wait.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"
#include "kernel/proc/cred.h"
#include "kernel/proc/family.h"
#include "kernel/proc/signal_internal.h"

static bool child_is_wanted(const struct wait_request *request, const struct process *child)
{
    bool is_clone = child->exit_signal != SIGCHLD;

    if (request->type == P_PID && child->pid != request->pid)
        return false;
    if (request->type == P_PGID && child->group != request->pid)
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

static void take_zombie(struct wait_request *request, struct process *child)
{
    struct process *own = current_process();

    request->number = child->pid->number;
    request->status = child->status;
    process_end_info(child, &request->info);
    child_usage(child, &request->usage);
    if (request->options & WNOWAIT)
        return;
    spin_lock(&own->lock);
    process_usage_add(&own->children_usage, &request->usage);
    spin_unlock(&own->lock);
    request->reaped = process_reap(child);
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

    memset(&request->info, 0, sizeof(request->info));
    request->number = child->pid->number;
    request->status = is_stop ? WAIT_STATUS_STOPPED(signal) : WAIT_STATUS_CONTINUED;
    request->info.si_signo = SIGCHLD;
    request->info.si_code = is_stop ? CLD_STOPPED : CLD_CONTINUED;
    request->info.si_pid = request->number;
    request->info.si_uid = task_uid(child->leader);
    request->info.si_status = signal;
    child_usage(child, &request->usage);
    return true;
}

/* True when there is nothing more to wait for: an event was taken, or *result says why not. */
static bool wait_scan(struct wait_request *request, long *result)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    struct process *child;
    bool is_any = false, is_taken = false;

    list_for_each_entry (child, &current_process()->children, child_node) {
        bool is_zombie = child->state == PROCESS_ZOMBIE;

        if (!child_is_wanted(request, child) || (is_zombie && !(request->options & WEXITED)))
            continue;
        is_any = true;
        if (is_zombie)
            take_zombie(request, child);
        if (is_zombie || take_change(request, child)) {
            is_taken = true;
            break;
        }
    }
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
