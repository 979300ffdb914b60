/*
 * pipe(2), pipe2(2).
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/ipc/pipe.h"
#include "kernel/mm/uaccess.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/files.h"

/* Gives the two ends descriptors, and tells the caller which; on failure there are none. */
static int install_ends(struct file *const ends[2], unsigned flags, int __user *fds)
{
    int pair[2];
    int err;

    pair[0] = fd_reserve(0, flags);
    if (pair[0] < 0)
        return pair[0];
    pair[1] = fd_reserve(0, flags);
    if (pair[1] < 0) {
        err = pair[1];
        goto unreserve_first;
    }
    err = copy_to_user(fds, pair, sizeof(pair));
    if (err)
        goto unreserve_both;
    fd_fill((unsigned)pair[0], ends[0]);
    fd_fill((unsigned)pair[1], ends[1]);
    return 0;

unreserve_both:
    fd_unreserve((unsigned)pair[1]);
unreserve_first:
    fd_unreserve((unsigned)pair[0]);
    return err;
}

/* Makes a pipe: fds[0] reads what fds[1] writes. O_CLOEXEC, O_NONBLOCK, O_DIRECT (each write
 * is a packet). */
long sys_pipe2(int __user *fds, int flags)
{
    struct file *ends[2];
    int err;

    if (flags & ~(O_CLOEXEC | O_NONBLOCK | O_DIRECT))
        return -EINVAL;
    err = pipe_create((unsigned)flags & (O_NONBLOCK | O_DIRECT), ends);
    if (err)
        return err;
    err = install_ends(ends, (unsigned)flags, fds);
    if (err) {
        file_put(ends[0]);
        file_put(ends[1]);
    }
    return err;
}

/* As pipe2, without flags. */
long sys_pipe(int __user *fds)
{
    return sys_pipe2(fds, 0);
}
