/*
 * epoll_create(2), epoll_ctl(2), epoll_wait(2) and their kin. What they do is kernel/ipc's.
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/core/clock.h"
#include "kernel/ipc/epoll.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/signal.h"
#include "kernel/proc/timespec.h"
#include "kernel/vfs/files.h"

#define EVENTS_MAX ((int)(INT32_MAX / sizeof(struct epoll_event)))

/* A descriptor that watches others. EPOLL_CLOEXEC. */
long sys_epoll_create1(int flags)
{
    return flags & ~EPOLL_CLOEXEC ? -EINVAL : epoll_open((unsigned)flags);
}

/* As epoll_create1 without flags; the size once was a hint. */
long sys_epoll_create(int size)
{
    return size <= 0 ? -EINVAL : epoll_open(0);
}

/* Adds a descriptor to those that are watched, takes it away, or changes what it is watched for. */
long sys_epoll_ctl(int epfd, int op, int fd, struct epoll_event __user *event)
{
    struct epoll_event copy = {0};
    struct file *file, *target;
    long err = -EBADF;

    if (op != EPOLL_CTL_DEL && copy_from_user(&copy, event, sizeof(copy)) != 0)
        return -EFAULT;
    file = fd_get((unsigned)epfd);
    target = fd_get((unsigned)fd);
    if (file && target)
        err = epoll_control(file, op, (unsigned)fd, target, &copy);
    if (target)
        file_put(target);
    if (file)
        file_put(file);
    return err;
}

/* All forms of waiting: until a point in time; 0: don't wait. */
static long wait_until(int epfd, struct epoll_event __user *events, int max, uint64_t deadline_ns)
{
    struct file *file = fd_get((unsigned)epfd);
    long result;

    if (!file)
        return -EBADF;
    if (max <= 0 || max > EVENTS_MAX)
        result = -EINVAL;
    else if (!user_range_ok(events, (size_t)max * sizeof(*events)))
        result = -EFAULT;
    else
        result = epoll_wait(file, events, max, deadline_ns);
    file_put(file);
    return result;
}

static uint64_t deadline_of_ms(int timeout_ms)
{
    if (timeout_ms < 0)
        return WAIT_FOREVER;
    return timeout_ms == 0 ? 0 : clock_monotonic_ns() + (uint64_t)timeout_ms * NSEC_PER_MSEC;
}

/* Waits until one of the watched descriptors is ready or the time is over (negative: never): how
 * many are, at most `max`. */
long sys_epoll_wait(int epfd, struct epoll_event __user *events, int max, int timeout_ms)
{
    return wait_until(epfd, events, max, deadline_of_ms(timeout_ms));
}

static long wait_masked(int epfd, struct epoll_event __user *events, int max, uint64_t deadline_ns,
                        const kernel_sigset_t __user *mask, size_t sigset_size)
{
    long result = signal_mask_begin_call(mask, sigset_size);

    if (result != 0)
        return result;
    result = wait_until(epfd, events, max, deadline_ns);
    signal_mask_end_call(result == -EINTR);
    return result;
}

/* As epoll_wait, under another signal mask. */
long sys_epoll_pwait(int epfd, struct epoll_event __user *events, int max, int timeout_ms,
                     const kernel_sigset_t __user *mask, size_t sigset_size)
{
    return wait_masked(epfd, events, max, deadline_of_ms(timeout_ms), mask, sigset_size);
}

/* As epoll_pwait, with a timeout in nanoseconds; none: for ever. */
long sys_epoll_pwait2(int epfd, struct epoll_event __user *events, int max,
                      const struct timespec __user *timeout, const kernel_sigset_t __user *mask,
                      size_t sigset_size)
{
    uint64_t deadline_ns;
    long err = timeout_get(timeout, &deadline_ns);

    return err != 0 ? err : wait_masked(epfd, events, max, deadline_ns, mask, sigset_size);
}
