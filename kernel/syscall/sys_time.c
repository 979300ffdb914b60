/*
 * System calls on time: clock_gettime(2), clock_nanosleep(2), gettimeofday(2), times(2) and their
 * kin.
 *
 * An interrupted relative sleep goes on by restart_syscall(2) until the point of time that it was
 * meant for; an absolute one is simply made again.
 */
#include "arch/api/cpu.h"
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/core/clock.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/task.h"
#include "kernel/proc/task_clock.h"
#include "kernel/proc/timespec.h"

/* Tells the time of a clock. */
long sys_clock_gettime(clockid_t clock, struct timespec __user *now)
{
    struct task_clock cpu;
    uint64_t now_ns;
    int err;

    if (clock_ahead_ns(&clock_page, clock, &now_ns))
        return timespec_put(cpu_clock_ns() + now_ns, now);
    err = task_clock_get(clock, true, &cpu);
    if (err != 0)
        return err;
    now_ns = task_clock_ns(&cpu);
    task_clock_put(&cpu);
    return timespec_put(now_ns, now);
}

/* Tells how fine a clock is. */
long sys_clock_getres(clockid_t clock, struct timespec __user *resolution)
{
    uint64_t fine_ns, ignored;
    struct task_clock cpu;
    int err;

    if (clock_ahead_ns(&clock_page, clock, &ignored)) {
        fine_ns = clock_resolution_ns(clock);
    } else {
        err = task_clock_get(clock, false, &cpu);
        if (err != 0)
            return err;
        task_clock_put(&cpu);
        fine_ns = cpu.is_fine ? 1 : NSEC_PER_SEC / TICK_HZ;
    }
    return resolution != NULL ? timespec_put(fine_ns, resolution) : 0;
}

/* Sleeps until a point of the monotonic clock; if interrupted, leaves word how to go on. */
static long sleep_restartable(uint64_t deadline_ns, struct timespec __user *remain);

static long sleep_resume(struct restart_block *block)
{
    return sleep_restartable(block->deadline_ns, block->remain);
}

static long sleep_restartable(uint64_t deadline_ns, struct timespec __user *remain)
{
    struct restart_block *block = &current_task()->restart;
    uint64_t now_ns;

    if (thread_sleep_until(deadline_ns) == 0)
        return 0;
    now_ns = clock_monotonic_ns();
    if (now_ns >= deadline_ns)
        return 0;
    if (remain != NULL && timespec_put(deadline_ns - now_ns, remain) != 0)
        return -EFAULT;
    block->resume = sleep_resume;
    block->deadline_ns = deadline_ns;
    block->remain = remain;
    return -ERESTART_RESTARTBLOCK;
}

/* TIMER_ABSTIME: until a point of the real or the monotonic clock. */
static long sleep_absolute(clockid_t clock, uint64_t point_ns)
{
    bool is_real = clock == CLOCK_REALTIME || clock == CLOCK_TAI;
    int err = is_real ? thread_sleep_until_real(point_ns) : thread_sleep_until(point_ns);

    return err == 0 ? 0 : -ERESTARTNOHAND;
}

/* 0 if one can sleep by the clock. */
static long clock_check_sleep(clockid_t clock)
{
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_MONOTONIC:
    case CLOCK_BOOTTIME:
    case CLOCK_TAI:
        return 0;
    case CLOCK_MONOTONIC_RAW:
    case CLOCK_REALTIME_COARSE:
    case CLOCK_MONOTONIC_COARSE:
    case CLOCK_THREAD_CPUTIME_ID:
        return -EOPNOTSUPP;
    case CLOCK_REALTIME_ALARM:
    case CLOCK_BOOTTIME_ALARM:
        return -EOPNOTSUPP;
    case CLOCK_PROCESS_CPUTIME_ID:
        return 0;
    default:
        if (clock_is_device(clock))
            return -EOPNOTSUPP;
        return clock_is_cpu_time(clock) ? 0 : -EINVAL;
    }
}

/* Sleeps until a clock of CPU time shows point_ns. */
static int sleep_by_cpu_clock(const struct task_clock *cpu, uint64_t point_ns)
{
    uint64_t look_ns;
    int err = 0;

    while (err == 0 && (look_ns = task_clock_look_ns(cpu, point_ns)) != 0)
        err = thread_sleep_until(look_ns);
    return err;
}

/* The same by number; if interrupted, leaves word how to go on, unless the point was given. */
static long sleep_cpu_until(clockid_t clock, uint64_t point_ns, bool is_absolute,
                            struct timespec __user *remain);

static long sleep_cpu_resume(struct restart_block *block)
{
    return sleep_cpu_until(block->clock, block->deadline_ns, false, block->remain);
}

static long sleep_cpu_until(clockid_t clock, uint64_t point_ns, bool is_absolute,
                            struct timespec __user *remain)
{
    struct restart_block *block = &current_task()->restart;
    struct task_clock cpu;
    uint64_t now_ns;
    int err = task_clock_get(clock, false, &cpu);

    if (err != 0)
        return err;
    err = sleep_by_cpu_clock(&cpu, point_ns);
    now_ns = task_clock_ns(&cpu);
    task_clock_put(&cpu);
    if (err == 0 || is_absolute)
        return err == 0 ? 0 : -ERESTARTNOHAND;
    if (remain != NULL && timespec_put(point_ns - min(now_ns, point_ns), remain) != 0)
        return -EFAULT;
    block->resume = sleep_cpu_resume;
    block->clock = clock;
    block->deadline_ns = point_ns;
    block->remain = remain;
    return -ERESTART_RESTARTBLOCK;
}

static long sleep_cpu(clockid_t clock, uint64_t request_ns, bool is_absolute,
                      struct timespec __user *remain)
{
    struct task_clock cpu;
    int err;

    if (clock_is_own_thread(clock))
        return -EINVAL;
    if (!is_absolute) {
        err = task_clock_get(clock, false, &cpu);
        if (err != 0)
            return err;
        request_ns += task_clock_ns(&cpu);
        task_clock_put(&cpu);
    }
    return sleep_cpu_until(clock, request_ns, is_absolute, remain);
}

/* Sleeps for a time, or until a time (TIMER_ABSTIME), of a clock. */
long sys_clock_nanosleep(clockid_t clock, int flags, const struct timespec __user *request,
                         struct timespec __user *remain)
{
    uint64_t request_ns;
    long err = clock_check_sleep(clock);

    if (err == 0)
        err = timespec_get(request, &request_ns);
    if (err != 0)
        return err;
    if (clock_is_cpu_time(clock))
        return sleep_cpu(clock, request_ns, (flags & TIMER_ABSTIME) != 0, remain);
    if (flags & TIMER_ABSTIME)
        return sleep_absolute(clock, request_ns);
    return sleep_restartable(clock_monotonic_ns() + request_ns, remain);
}

/* Sleeps; tells how much time was left if a signal handler cut it short. */
long sys_nanosleep(const struct timespec __user *request, struct timespec __user *remain)
{
    return sys_clock_nanosleep(CLOCK_MONOTONIC, 0, request, remain);
}

/* The time since 1970, in microseconds, and the time zone that was set. */
long sys_gettimeofday(struct timeval __user *tv, struct timezone __user *tz)
{
    struct timeval copy = timeval_of_ns(clock_realtime_ns());
    struct timezone zone = clock_zone(&clock_page);

    if (tv != NULL && copy_to_user(tv, &copy, sizeof(copy)) != 0)
        return -EFAULT;
    if (tz != NULL && copy_to_user(tz, &zone, sizeof(zone)) != 0)
        return -EFAULT;
    return 0;
}

/* The time since 1970, in seconds. */
long sys_time(time_t __user *out)
{
    time_t now = (time_t)(clock_realtime_ns() / NSEC_PER_SEC);

    if (out != NULL && put_user(now, out) != 0)
        return -EFAULT;
    return now;
}

/* CPU time of the process and its children in clock ticks; the result is the time since boot. */
long sys_times(struct tms __user *buf)
{
    struct process *process = current_process();
    struct process_usage own, children;
    struct tms times;

    process_usage_total(process, &own);
    process_usage_children(process, &children);
    times = (struct tms){
        .tms_utime = (long)(own.user_ns / NSEC_PER_CLOCK_TICK),
        .tms_stime = (long)(own.system_ns / NSEC_PER_CLOCK_TICK),
        .tms_cutime = (long)(children.user_ns / NSEC_PER_CLOCK_TICK),
        .tms_cstime = (long)(children.system_ns / NSEC_PER_CLOCK_TICK),
    };
    if (buf != NULL && copy_to_user(buf, &times, sizeof(times)) != 0)
        return -EFAULT;
    return (long)(clock_monotonic_ns() / NSEC_PER_CLOCK_TICK);
}
