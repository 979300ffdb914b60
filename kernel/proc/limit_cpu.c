/*
 * What the CPU time of a process brings about: RLIMIT_CPU (getrlimit(2)) and timers of CPU time.
 *
 * RLIMIT_CPU is seconds that all threads may use together: SIGXCPU at the soft limit, which is then
 * a second more, as on Linux; SIGKILL at the hard one.
 *
 * It is looked at by the tick of whichever CPU runs one of the threads, in its interrupt.
 */
#include "kernel/core/init.h"
#include "kernel/proc/signal_internal.h"

static void process_check_cpu_limit(struct process *process, struct rlimit *limit)
{
    struct process_usage usage;
    uint64_t used_s;

    process_usage_total_locked(process, &usage);
    used_s = (usage.user_ns + usage.system_ns) / NSEC_PER_SEC;
    if (used_s >= limit->rlim_max) {
        signal_send_locked(process, NULL, SIGKILL, NULL, true);
    } else if (used_s >= limit->rlim_cur) {
        limit->rlim_cur++;
        signal_send_locked(process, NULL, SIGXCPU, NULL, false);
    }
}

static void process_tick(void)
{
    struct process *process;
    struct rlimit *limit;
    unsigned long flags;
    bool is_limited;

    if (!thread_is_task(current))
        return;
    process = current_process();
    limit = &process->limits[RLIMIT_CPU];
    is_limited = READ_ONCE(limit->rlim_cur) != RLIM_INFINITY;
    if (!is_limited && !READ_ONCE(process->has_cpu_timers))
        return;
    flags = spin_lock_irqsave(&process->lock);
    if (is_limited)
        process_check_cpu_limit(process, limit);
    posix_timers_tick_locked(process);
    spin_unlock_irqrestore(&process->lock, flags);
}

static void process_tick_init(void)
{
    sched_tick_hook = process_tick;
}
INIT_CALL(1, process_tick_init);
