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
#include "kernel/proc/refuse.h"
#include "kernel/proc/task.h"
#include "kernel/proc/timespec.h"

static uint64_t process_cpu_ns(void)
{
    struct process_usage usage;

    process_usage_total(current_process(), &usage);
    return usage.user_ns + usage.system_ns;
}

/* A clock's time now. -EINVAL: no such clock; the CPU clocks of others have no numbers. */
static int clock_read(clockid_t clock, uint64_t *now_ns)
{
    uint64_t ahead_ns;

    if (clock_ahead_ns(&clock_page, clock, &ahead_ns)) {
        *now_ns = cpu_clock_ns() + ahead_ns;
        return 0;
    }
    switch (clock) {
    case CLOCK_PROCESS_CPUTIME_ID:
        *now_ns = process_cpu_ns();
        return 0;
    case CLOCK_THREAD_CPUTIME_ID:
        *now_ns = current->user_ns + current->system_ns;
        return 0;
    default:
        log_refusal("clock %d", clock);
        return -EINVAL;
    }
}

/* Tells the time of a clock. */
long sys_clock_gettime(clockid_t clock, struct timespec __user *now)
{
    uint64_t now_ns;
    int err = clock_read(clock, &now_ns);

    return err != 0 ? err : timespec_put(now_ns, now);
}

/* Tells how fine a clock is. */
long sys_clock_getres(clockid_t clock, struct timespec __user *resolution)
{
    uint64_t ignored;
    int err = clock_read(clock, &ignored);

    if (err != 0 || resolution == NULL)
        return err;
    return timespec_put(clock_resolution_ns(clock), resolution);
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

/* TIMER_ABSTIME: until a point of a clock that runs as fast as the monotonic one. */
static long sleep_absolute(uint64_t point_ns, uint64_t clock_now_ns)
{
    uint64_t left_ns = point_ns > clock_now_ns ? point_ns - clock_now_ns : 0;

    return thread_sleep_until(clock_monotonic_ns() + left_ns) == 0 ? 0 : -ERESTARTNOHAND;
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
    case CLOCK_PROCESS_CPUTIME_ID:
        log_refusal("sleeping by clock %d", clock);
        return -EOPNOTSUPP;
    default:
        return -EINVAL;
    }
}

/* Sleeps for a time, or until a time (TIMER_ABSTIME), of a clock. */
long sys_clock_nanosleep(clockid_t clock, int flags, const struct timespec __user *request,
                         struct timespec __user *remain)
{
    uint64_t request_ns, now_ns;
    long err = clock_check_sleep(clock);

    if (err == 0)
        err = timespec_get(request, &request_ns);
    if (err == 0)
        err = clock_read(clock, &now_ns);
    if (err != 0)
        return err;
    if (flags & TIMER_ABSTIME)
        return sleep_absolute(request_ns, now_ns);
    return sleep_restartable(clock_monotonic_ns() + request_ns, remain);
}

/* Sleeps; tells how much time was left if a signal handler cut it short. */
long sys_nanosleep(const struct timespec __user *request, struct timespec __user *remain)
{
    return sys_clock_nanosleep(CLOCK_MONOTONIC, 0, request, remain);
}

/* The time since 1970, in microseconds. There is no time zone. */
long sys_gettimeofday(struct timeval __user *tv, struct timezone __user *tz)
{
    struct timeval copy = timeval_of_ns(clock_realtime_ns());
    struct timezone utc = {0};

    if (tv != NULL && copy_to_user(tv, &copy, sizeof(copy)) != 0)
        return -EFAULT;
    if (tz != NULL && copy_to_user(tz, &utc, sizeof(utc)) != 0)
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
