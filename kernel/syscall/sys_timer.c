/*
 * System calls on timers that send signals: alarm(2), setitimer(2), timer_create(2) and their kin.
 * What they do is in kernel/proc/posix_timer.c.
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/task.h"
#include "kernel/proc/timespec.h"

/* A timer that runs has something left, be it less than a microsecond. */
static struct timeval time_left(uint64_t ns)
{
    return timeval_of_ns(ns > 0 ? max(ns, NSEC_PER_USEC) : 0);
}

static int itimerval_put(const struct timer_setting *setting, struct itimerval __user *to)
{
    struct itimerval value = {time_left(setting->interval_ns), time_left(setting->value_ns)};

    return copy_to_user(to, &value, sizeof(value));
}

static bool itimer_is_valid(int which)
{
    return which >= 0 && which < ITIMER_COUNT;
}

/* Reads an interval timer: what is left, and the interval. */
long sys_getitimer(int which, struct itimerval __user *value)
{
    struct timer_setting setting;

    if (!itimer_is_valid(which))
        return -EINVAL;
    itimer_get(which, &setting);
    return itimerval_put(&setting, value);
}

/* Sets an interval timer: of real time (SIGALRM), of the process's time in user mode (SIGVTALRM),
 * of all its CPU time (SIGPROF). Without a new value it is stopped. */
long sys_setitimer(int which, const struct itimerval __user *value, struct itimerval __user *old)
{
    struct timer_setting setting, old_setting;
    struct itimerval new = {0};
    int err;

    if (value != NULL && copy_from_user(&new, value, sizeof(new)) != 0)
        return -EFAULT;
    err = timeval_to_ns(&new.it_value, &setting.value_ns);
    if (err == 0)
        err = timeval_to_ns(&new.it_interval, &setting.interval_ns);
    if (err == 0 && !itimer_is_valid(which))
        err = -EINVAL;
    if (err != 0)
        return err;
    itimer_set(which, &setting, &old_setting);
    return old != NULL ? itimerval_put(&old_setting, old) : 0;
}

/* Sends SIGALRM after so many seconds; 0 stops the alarm. Returns the seconds that were left. */
long sys_alarm(unsigned int seconds)
{
    struct timer_setting setting = {seconds * NSEC_PER_SEC, 0}, old;

    itimer_set(ITIMER_REAL, &setting, &old);
    if (old.value_ns == 0)
        return 0;
    return (long)max((old.value_ns + NSEC_PER_SEC / 2) / NSEC_PER_SEC, (uint64_t)1);
}

static int timer_check_clock(clockid_t clock)
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
        return -EOPNOTSUPP;
    case CLOCK_REALTIME_ALARM:
    case CLOCK_BOOTTIME_ALARM:
        return -EOPNOTSUPP;
    default:
        if (clock_is_device(clock))
            return -EOPNOTSUPP;
        return clock_is_cpu_time(clock) ? 0 : -EINVAL;
    }
}

static bool sigevent_is_valid(const struct sigevent *event)
{
    switch (event->sigev_notify) {
    case SIGEV_NONE:
        return true;
    case SIGEV_SIGNAL:
    case SIGEV_THREAD:
    case SIGEV_THREAD_ID:
        return signal_is_valid(event->sigev_signo);
    default:
        return false;
    }
}

/* Makes a timer, stopped. Without `event` it sends SIGALRM with its number as the value. */
long sys_timer_create(clockid_t clock, struct sigevent __user *event, int __user *id)
{
    struct sigevent how = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM};
    long result;

    if (event != NULL && copy_from_user(&how, event, sizeof(how)) != 0)
        return -EFAULT;
    result = timer_check_clock(clock);
    if (result == 0 && !sigevent_is_valid(&how))
        result = -EINVAL;
    if (result == 0)
        result = posix_timer_create(clock, &how, event == NULL);
    if (result < 0)
        return result;
    if (put_user((int)result, id) != 0) {
        (void)posix_timer_delete((int)result);
        return -EFAULT;
    }
    return 0;
}

/* Starts, changes or stops a timer. */
long sys_timer_settime(int id, int flags, const struct itimerspec __user *value,
                       struct itimerspec __user *old)
{
    struct timer_setting setting, old_setting;
    int err = value != NULL ? itimerspec_get(value, &setting) : -EINVAL;

    if (err == 0)
        err = posix_timer_set(id, (flags & TIMER_ABSTIME) != 0, &setting, &old_setting);
    if (err == 0 && old != NULL)
        err = itimerspec_put(&old_setting, old);
    return err;
}

/* What is left until a timer fires, and its interval. */
long sys_timer_gettime(int id, struct itimerspec __user *value)
{
    struct timer_setting setting;
    int err = posix_timer_get(id, &setting);

    return err != 0 ? err : itimerspec_put(&setting, value);
}

/* How many periods had passed without a signal when the last one was taken. */
long sys_timer_getoverrun(int id)
{
    return posix_timer_overrun(id);
}

/* Stops and frees a timer; a signal of it that waits is taken back. */
long sys_timer_delete(int id)
{
    return posix_timer_delete(id);
}
