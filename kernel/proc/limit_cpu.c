/*
 * What the CPU time of a process brings about: RLIMIT_CPU, RLIMIT_RTTIME (getrlimit(2)) and timers
 * of CPU time.
 *
 * RLIMIT_CPU is seconds that all threads may use together, RLIMIT_RTTIME microseconds that a
 * real-time thread may run without sleeping in between: SIGXCPU at the soft limit, which is then a
 * second more, as on Linux; SIGKILL at the hard one.
 *
 * They are looked at by the tick of whichever CPU runs one of the threads, in its interrupt.
 */
#include "kernel/core/init.h"
#include "kernel/proc/signal_internal.h"

/* So much has been used of what a limit bounds, of which there are so many in a second. */
static void process_check_limit(struct process *process, int resource, uint64_t used,
                                uint64_t a_second)
{
    struct rlimit *limit = &process->limits[resource];

    if (used >= limit->rlim_max) {
        signal_send_locked(process, NULL, SIGKILL, NULL, true);
    } else if (used >= limit->rlim_cur) {
        limit->rlim_cur += a_second;
        signal_send_locked(process, NULL, SIGXCPU, NULL, false);
    }
}

static void process_check_cpu_time(struct process *process)
{
    struct process_usage usage;

    process_usage_total_locked(process, &usage);
    process_check_limit(process, RLIMIT_CPU, (usage.user_ns + usage.system_ns) / NSEC_PER_SEC, 1);
}

/* One tick more of a real-time thread; when it gave up its CPU of itself, it began anew. */
static void task_check_real_time(struct task *task)
{
    if (task->sleeps_seen != task->thread.switches_voluntary) {
        task->sleeps_seen = task->thread.switches_voluntary;
        task->ticks_awake = 0;
    }
    task->ticks_awake++;
    process_check_limit(task->process, RLIMIT_RTTIME, task->ticks_awake * (USEC_PER_SEC / TICK_HZ),
                        USEC_PER_SEC);
}

static bool is_limited(const struct process *process, int resource)
{
    return READ_ONCE(process->limits[resource].rlim_cur) != RLIM_INFINITY;
}

static void process_tick(void)
{
    bool counts_time, counts_awake;
    struct process *process;
    unsigned long flags;

    if (!thread_is_task(current))
        return;
    process = current_process();
    counts_time = is_limited(process, RLIMIT_CPU);
    counts_awake = thread_is_real_time(current) && is_limited(process, RLIMIT_RTTIME);
    if (!counts_time && !counts_awake && !READ_ONCE(process->has_cpu_timers))
        return;
    flags = spin_lock_irqsave(&process->lock);
    if (counts_time)
        process_check_cpu_time(process);
    if (counts_awake)
        task_check_real_time(current_task());
    posix_timers_tick_locked(process);
    spin_unlock_irqrestore(&process->lock, flags);
}

static void process_tick_init(void)
{
    sched_tick_hook = process_tick;
}
INIT_CALL(1, process_tick_init);
