/*
 * RLIMIT_CPU (getrlimit(2)): seconds of CPU time that all threads of a process may use together.
 * SIGXCPU at the soft limit, which is then a second more, as on Linux; SIGKILL at the hard one.
 *
 * It is looked at by the tick of whichever CPU runs one of the threads, in its interrupt.
 */
#include "kernel/core/init.h"
#include "kernel/proc/signal_internal.h"

static void process_check_cpu_limit(void)
{
    struct process *process;
    struct process_usage usage;
    struct rlimit *limit;
    uint64_t used_s;
    unsigned long flags;

    if (!thread_is_task(current))
        return;
    process = current_process();
    limit = &process->limits[RLIMIT_CPU];
    if (READ_ONCE(limit->rlim_cur) == RLIM_INFINITY)
        return;
    flags = spin_lock_irqsave(&process->lock);
    process_usage_total_locked(process, &usage);
    used_s = (usage.user_ns + usage.system_ns) / NSEC_PER_SEC;
    if (used_s >= limit->rlim_max) {
        signal_send_locked(process, NULL, SIGKILL, NULL, true);
    } else if (used_s >= limit->rlim_cur) {
        limit->rlim_cur++;
        signal_send_locked(process, NULL, SIGXCPU, NULL, false);
    }
    spin_unlock_irqrestore(&process->lock, flags);
}

static void limit_cpu_init(void)
{
    sched_tick_hook = process_check_cpu_limit;
}
INIT_CALL(1, limit_cpu_init);
