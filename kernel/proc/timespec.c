/*
 * See timespec.h.
 */
#include "kernel/proc/timespec.h"

#include "kernel/abi/errno.h"
#include "kernel/core/clock.h"
#include "kernel/mm/uaccess.h"
#include "kernel/sched/wait.h"

int timespec_to_ns(const struct timespec *time, uint64_t *ns)
{
    if (time->tv_sec < 0 || (unsigned long)time->tv_nsec >= NSEC_PER_SEC)
        return -EINVAL;
    if ((uint64_t)time->tv_sec >= TIME_MAX_NS / NSEC_PER_SEC)
        *ns = TIME_MAX_NS;
    else
        *ns = (uint64_t)time->tv_sec * NSEC_PER_SEC + (uint64_t)time->tv_nsec;
    return 0;
}

int timeval_to_ns(const struct timeval *time, uint64_t *ns)
{
    struct timespec same = {.tv_sec = time->tv_sec};

    if ((unsigned long)time->tv_usec >= USEC_PER_SEC)
        return -EINVAL;
    same.tv_nsec = time->tv_usec * (long)NSEC_PER_USEC;
    return timespec_to_ns(&same, ns);
}

int timespec_get(const struct timespec __user *from, uint64_t *ns)
{
    struct timespec time;

    if (copy_from_user(&time, from, sizeof(time)) != 0)
        return -EFAULT;
    return timespec_to_ns(&time, ns);
}

int timespec_get_deadline(const struct timespec __user *from, uint64_t *deadline_ns)
{
    uint64_t ns;
    int err = timespec_get(from, &ns);

    if (err == 0)
        *deadline_ns = clock_monotonic_ns() + ns;
    return err;
}

int timeout_get(const struct timespec __user *from, uint64_t *deadline_ns)
{
    uint64_t ns;
    int err;

    *deadline_ns = WAIT_FOREVER;
    if (from == NULL)
        return 0;
    err = timespec_get(from, &ns);
    if (err == 0)
        *deadline_ns = ns == 0 ? 0 : clock_monotonic_ns() + ns;
    return err;
}

uint64_t timeout_left_ns(uint64_t deadline_ns)
{
    uint64_t now_ns = clock_monotonic_ns();

    return deadline_ns > now_ns ? deadline_ns - now_ns : 0;
}

int timespec_put(uint64_t ns, struct timespec __user *to)
{
    struct timespec time = timespec_of_ns(ns);

    return copy_to_user(to, &time, sizeof(time));
}

int itimerspec_get(const struct itimerspec __user *from, struct timer_setting *setting)
{
    struct itimerspec spec;
    int err;

    if (copy_from_user(&spec, from, sizeof(spec)) != 0)
        return -EFAULT;
    err = timespec_to_ns(&spec.it_value, &setting->value_ns);
    return err != 0 ? err : timespec_to_ns(&spec.it_interval, &setting->interval_ns);
}

int itimerspec_put(const struct timer_setting *setting, struct itimerspec __user *to)
{
    struct itimerspec spec = {timespec_of_ns(setting->interval_ns),
                              timespec_of_ns(setting->value_ns)};

    return copy_to_user(to, &spec, sizeof(spec));
}
