/*
 * poll(2), ppoll(2): on the pollers of kernel/vfs/poll.h.
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/poll.h"
#include "kernel/abi/resource.h"
#include "kernel/core/clock.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/process.h"
#include "kernel/proc/task.h"
#include "kernel/proc/timespec.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/poll.h"

#define POLL_STACK 8 /* descriptors for which no memory is needed */

/* What is ready on one descriptor, of what was asked for. */
static unsigned poll_one(const struct pollfd *entry, struct poll_table *table)
{
    unsigned wanted = (unsigned short)entry->events | POLLERR | POLLHUP;
    struct file *file;
    unsigned ready;

    if (entry->fd < 0)
        return 0;
    file = fd_get((unsigned)entry->fd);
    if (!file)
        return POLLNVAL;
    if (table)
        table->wanted = wanted;
    ready = file_poll(file, table) & wanted;
    file_put(file);
    return ready;
}

/* One round over all: how many are ready. */
static long poll_round(struct pollfd *fds, unsigned count, struct poll_table *table)
{
    long ready = 0;

    for (unsigned i = 0; i < count; i++) {
        fds[i].revents = (short)poll_one(&fds[i], table);
        ready += fds[i].revents != 0;
    }
    return ready;
}

/* Until something is ready: how many, 0 when the time is up, -ERESTARTNOHAND, -ENOMEM. Also who
 * doesn't wait learns of a signal if there is nothing else to tell. */
static long poll_wait_all(struct pollfd *fds, unsigned count, uint64_t deadline_ns)
{
    struct poller poller;
    long ready;
    int err;

    if (deadline_ns == 0) {
        ready = poll_round(fds, count, NULL);
        return ready == 0 && thread_interrupted() ? -ERESTARTNOHAND : ready;
    }
    poller_init(&poller);
    for (err = 0;; err = poller_sleep(&poller, deadline_ns)) {
        ready = poll_round(fds, count, &poller.table);
        if (ready || err)
            break;
    }
    poller_leave(&poller);
    return ready || err == -ETIMEDOUT ? ready : err;
}

static int revents_put(struct pollfd __user *user, const struct pollfd *fds, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (put_user(fds[i].revents, &user[i].revents) != 0)
            return -EFAULT;
    return 0;
}

/* The call with a point in time instead of a timeout; 0: don't wait. */
static long poll_until(struct pollfd __user *user, unsigned count, uint64_t deadline_ns)
{
    struct pollfd stack[POLL_STACK], *fds = stack;
    long result = -EFAULT;

    if (count > process_limit(RLIMIT_NOFILE))
        return -EINVAL;
    if (count > POLL_STACK)
        fds = kmalloc_array(count, sizeof(*fds));
    if (!fds)
        return -ENOMEM;
    if (copy_from_user(fds, user, count * sizeof(*fds)) == 0) {
        result = poll_wait_all(fds, count, deadline_ns);
        if (revents_put(user, fds, count) != 0)
            result = -EFAULT;
    }
    if (fds != stack)
        kfree(fds);
    return result;
}

static long poll_resume(struct restart_block *block);

/* Interrupted: ends if a handler ran, else goes on until the same point in time. */
static long poll_restartable(struct pollfd __user *user, unsigned count, uint64_t deadline_ns)
{
    struct restart_block *block = &current_task()->restart;
    long result = poll_until(user, count, deadline_ns);

    if (result != -ERESTARTNOHAND)
        return result;
    *block = (struct restart_block){
        .resume = poll_resume,
        .deadline_ns = deadline_ns,
        .word = (unsigned int __user *)user,
        .value = count,
    };
    return -ERESTART_RESTARTBLOCK;
}

static long poll_resume(struct restart_block *block)
{
    return poll_restartable((struct pollfd __user *)block->word, block->value, block->deadline_ns);
}

/* Waits until one of the files is ready or the time is over (negative: never): how many are. */
long sys_poll(struct pollfd __user *fds, unsigned int count, int timeout_ms)
{
    uint64_t deadline_ns = WAIT_FOREVER;

    if (timeout_ms == 0)
        deadline_ns = 0;
    else if (timeout_ms > 0)
        deadline_ns = clock_monotonic_ns() + (uint64_t)timeout_ms * NSEC_PER_MSEC;
    return poll_restartable(fds, count, deadline_ns);
}

/* As poll, under another signal mask, with a timeout in nanoseconds, in which what is left of it is
 * stored. */
long sys_ppoll(struct pollfd __user *fds, unsigned int count, struct timespec __user *timeout,
               const kernel_sigset_t __user *mask, size_t sigset_size)
{
    uint64_t deadline_ns;
    long result = timeout_get(timeout, &deadline_ns);

    if (result == 0)
        result = signal_mask_begin_call(mask, sigset_size);
    if (result != 0)
        return result;
    result = poll_until(fds, count, deadline_ns);
    signal_mask_end_call(result == -ERESTARTNOHAND);
    if (timeout != NULL && deadline_ns != 0 &&
        timespec_put(timeout_left_ns(deadline_ns), timeout) != 0 && result == -ERESTARTNOHAND)
        result = -EINTR; /* started again it would wait for the whole time */
    return result;
}
