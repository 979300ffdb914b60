/*
 * System calls on other processes' memory: process_vm_readv(2), process_vm_writev(2).
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/mm/iter.h"
#include "kernel/proc/memory_access.h"
#include "kernel/syscall/sys_vector.h"

/* None of the pieces is longer than half of all addresses; of none nothing is looked at. */
static int pieces_get(struct vector *vector, const struct iovec __user *user, unsigned long count)
{
    int err;

    if (count == 0)
        return 0;
    err = vector_get(vector, user, count);
    for (unsigned long i = 0; err == 0 && i < count; i++)
        if ((ssize_t)vector->pieces[i].iov_len < 0)
            err = -EINVAL;
    return err;
}

static bool pieces_are_empty(const struct iovec *pieces, unsigned long count)
{
    for (unsigned long i = 0; i < count; i++)
        if (pieces[i].iov_len != 0)
            return false;
    return true;
}

static long process_vm(pid_t pid, const struct iovec __user *local, unsigned long local_count,
                       const struct iovec __user *remote, unsigned long remote_count,
                       unsigned long flags, bool is_write)
{
    struct vector here = {.pieces = NULL}, there = {.pieces = NULL};
    struct iter iter;
    long result;

    if (flags != 0)
        return -EINVAL;
    result = pieces_get(&here, local, local_count);
    if (result == 0)
        result = iter_user_vector(&iter, here.pieces, local_count);
    if (result == 0 && iter_count(&iter) > 0) {
        result = pieces_get(&there, remote, remote_count);
        if (result == 0 && !pieces_are_empty(there.pieces, remote_count))
            result = process_memory_move(pid, there.pieces, remote_count, &iter, is_write);
    }
    vector_put(&there);
    vector_put(&here);
    return result;
}

/* Copies from another process's memory. */
long sys_process_vm_readv(pid_t pid, const struct iovec __user *local, unsigned long local_count,
                          const struct iovec __user *remote, unsigned long remote_count,
                          unsigned long flags)
{
    return process_vm(pid, local, local_count, remote, remote_count, flags, false);
}

/* Copies to another process's memory. */
long sys_process_vm_writev(pid_t pid, const struct iovec __user *local, unsigned long local_count,
                           const struct iovec __user *remote, unsigned long remote_count,
                           unsigned long flags)
{
    return process_vm(pid, local, local_count, remote, remote_count, flags, true);
}
