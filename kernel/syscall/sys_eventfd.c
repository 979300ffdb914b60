/*
 * eventfd(2), timerfd_create(2), signalfd(2) and their kin. What they do is kernel/ipc's.
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/core/cred.h"
#include "kernel/ipc/eventfd.h"
#include "kernel/ipc/signalfd.h"
#include "kernel/ipc/timerfd.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/timespec.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/files.h"

/* A descriptor of a counter that begins at `count`. */
long sys_eventfd2(unsigned int count, int flags)
{
    if (flags & ~(EFD_SEMAPHORE | EFD_CLOEXEC | EFD_NONBLOCK))
        return -EINVAL;
    return eventfd_open(count, (unsigned)flags);
}

/* As eventfd2, without flags. */
long sys_eventfd(unsigned int count)
{
    return eventfd_open(count, 0);
}

/* 0 if timers can go by the clock and the caller may make one that does. */
static int timer_clock_check(clockid_t clock)
{
    switch (clock) {
    case CLOCK_REALTIME:
    case CLOCK_MONOTONIC:
    case CLOCK_BOOTTIME:
        return 0;
    case CLOCK_REALTIME_ALARM:
    case CLOCK_BOOTTIME_ALARM:
        return cred_is_privileged(current->cred) ? 0 : -EPERM;
    default:
        return -EINVAL;
    }
}

/* A descriptor of a timer, which timerfd_settime sets. */
long sys_timerfd_create(clockid_t clock, int flags)
{
    int err = flags & ~(TFD_CLOEXEC | TFD_NONBLOCK) ? -EINVAL : timer_clock_check(clock);

    return err != 0 ? err : timerfd_open(clock, (unsigned)flags);
}

/* Sets a timer: when it expires, after a time or (TFD_TIMER_ABSTIME) at one, and how often then. */
long sys_timerfd_settime(int fd, int flags, const struct itimerspec __user *value,
                         struct itimerspec __user *old)
{
    struct timer_setting setting, before;
    struct file *file;
    int err = itimerspec_get(value, &setting);

    if (err == 0 && (flags & ~(TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET)))
        err = -EINVAL;
    if (err != 0)
        return err;
    file = fd_get((unsigned)fd);
    if (file == NULL)
        return -EBADF;
    err = timerfd_set(file, (unsigned)flags, &setting, &before);
    file_put(file);
    if (err == 0 && old != NULL)
        err = itimerspec_put(&before, old);
    return err;
}

/* Tells when a timer expires next, and how often. */
long sys_timerfd_gettime(int fd, struct itimerspec __user *value)
{
    struct file *file = fd_get((unsigned)fd);
    struct timer_setting setting;
    int err;

    if (file == NULL)
        return -EBADF;
    err = timerfd_get(file, &setting);
    file_put(file);
    return err != 0 ? err : itimerspec_put(&setting, value);
}

static long signalfd_change(int fd, signal_set signals)
{
    struct file *file = fd_get((unsigned)fd);
    int err;

    if (file == NULL)
        return -EBADF;
    err = signalfd_set(file, signals);
    file_put(file);
    return err != 0 ? err : fd;
}

/* A descriptor from which signals of the set are read (fd -1), or another set for one that is. */
long sys_signalfd4(int fd, const kernel_sigset_t __user *set, size_t sigset_size, int flags)
{
    signal_set signals;

    if (sigset_size != SIGSET_BYTES)
        return -EINVAL;
    if (copy_from_user(&signals, set, sizeof(signals)) != 0)
        return -EFAULT;
    if (flags & ~(SFD_CLOEXEC | SFD_NONBLOCK))
        return -EINVAL;
    signals &= ~SIGNALS_UNBLOCKABLE;
    return fd == -1 ? signalfd_open(signals, (unsigned)flags) : signalfd_change(fd, signals);
}

/* As signalfd4, without flags. */
long sys_signalfd(int fd, const kernel_sigset_t __user *set, size_t sigset_size)
{
    return sys_signalfd4(fd, set, sigset_size, 0);
}
