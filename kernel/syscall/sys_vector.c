/*
 * Reading into and writing from several buffers: readv(2), writev(2), preadv(2), pwritev(2),
 * preadv2(2), pwritev2(2).
 */
#include "kernel/syscall/sys_vector.h"
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/limits.h"
#include "kernel/abi/stat.h"
#include "kernel/ipc/pipe.h"
#include "kernel/mm/iter.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/uaccess.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/inode.h"

#define RWF_SUPPORTED (RWF_HIPRI | RWF_DSYNC | RWF_SYNC | RWF_NOWAIT | RWF_APPEND)

/* Where a transfer is to be, and how. */
struct placement {
    bool has_position; /* else the file's own is used, and advanced */
    loff_t position;
    unsigned flags; /* RWF_* */
};

/* What reading and writing differ in. */
struct direction {
    uint32_t mode; /* FMODE_* */
    ssize_t (*transfer)(struct file *file, struct iter *iter);
    ssize_t (*transfer_at)(struct file *file, struct iter *iter, loff_t *pos);
};

static const struct direction reading = {FMODE_READ, file_read, file_read_at};
static const struct direction writing = {FMODE_WRITE, file_write, file_write_at};

int vector_get(struct vector *vector, const struct iovec __user *user, unsigned long count)
{
    vector->pieces = NULL;
    if (count > IOV_MAX)
        return -EINVAL;
    vector->pieces = count <= VECTOR_FEW ? vector->few : kmalloc_array(count, sizeof(struct iovec));
    if (!vector->pieces)
        return -ENOMEM;
    return copy_from_user(vector->pieces, user, count * sizeof(struct iovec));
}

void vector_put(const struct vector *vector)
{
    if (vector->pieces != vector->few)
        kfree(vector->pieces);
}

/* Of the flags some ask for nothing that isn't so: everything is in memory. Not to wait is known to
 * pipes; regular files never do. */
static int flags_check(const struct file *file, unsigned flags)
{
    if (flags & ~RWF_SUPPORTED)
        return -EOPNOTSUPP;
    if ((flags & RWF_NOWAIT) && !S_ISREG(file->inode->mode) && !file_is_pipe(file))
        return -EOPNOTSUPP;
    return 0;
}

/* The transfer, the pieces being in kernel memory. */
static ssize_t transfer_pieces(struct file *file, const struct iovec *pieces, size_t count,
                               const struct direction *direction, const struct placement *placement)
{
    loff_t position = placement->position;
    struct iter iter;
    ssize_t result = iter_user_vector(&iter, pieces, count);

    if (result == 0 && !(file->mode & direction->mode))
        result = -EBADF;
    if (result != 0 || iter_count(&iter) == 0)
        return result;
    result = flags_check(file, placement->flags);
    if (result != 0)
        return result;
    iter.flags = placement->flags;
    return placement->has_position ? direction->transfer_at(file, &iter, &position)
                                   : direction->transfer(file, &iter);
}

static long transfer_vector(unsigned long fd, const struct iovec __user *user, unsigned long count,
                            const struct direction *direction, const struct placement *placement)
{
    struct vector vector;
    struct file *file;
    ssize_t result;

    if (placement->has_position && placement->position < 0)
        return -EINVAL;
    file = fd_get((unsigned)fd);
    if (!file)
        return -EBADF;
    if (placement->has_position && !(file->mode & FMODE_POSITION)) {
        result = -ESPIPE;
        goto put_file;
    }
    result = vector_get(&vector, user, count);
    if (result == 0)
        result = transfer_pieces(file, vector.pieces, count, direction, placement);
    vector_put(&vector);
put_file:
    file_put(file);
    return result;
}

/* As read, into several buffers one after the other. */
long sys_readv(unsigned long fd, const struct iovec __user *iov, unsigned long count)
{
    return transfer_vector(fd, iov, count, &reading, &(struct placement){0});
}

/* As write, from several buffers one after the other. */
long sys_writev(unsigned long fd, const struct iovec __user *iov, unsigned long count)
{
    return transfer_vector(fd, iov, count, &writing, &(struct placement){0});
}

/* As readv, from `offset`; where the file stands doesn't matter and stays. (The upper half is for
 * machines of 32 bits.) */
long sys_preadv(unsigned long fd, const struct iovec __user *iov, unsigned long count,
                unsigned long offset, unsigned long offset_high)
{
    const struct placement at = {.has_position = true, .position = (loff_t)offset};

    (void)offset_high;
    return transfer_vector(fd, iov, count, &reading, &at);
}

/* As writev, to `offset`; where the file stands doesn't matter and stays. */
long sys_pwritev(unsigned long fd, const struct iovec __user *iov, unsigned long count,
                 unsigned long offset, unsigned long offset_high)
{
    const struct placement at = {.has_position = true, .position = (loff_t)offset};

    (void)offset_high;
    return transfer_vector(fd, iov, count, &writing, &at);
}

/* preadv2's place: offset -1 is where the file stands. */
static struct placement placement_of(unsigned long offset, int flags)
{
    return (struct placement){
        .has_position = (loff_t)offset != -1,
        .position = (loff_t)offset,
        .flags = (unsigned)flags,
    };
}

/* As preadv, with flags; offset -1: as readv. */
long sys_preadv2(unsigned long fd, const struct iovec __user *iov, unsigned long count,
                 unsigned long offset, unsigned long offset_high, int flags)
{
    const struct placement at = placement_of(offset, flags);

    (void)offset_high;
    return transfer_vector(fd, iov, count, &reading, &at);
}

/* As pwritev, with flags; offset -1: as writev. */
long sys_pwritev2(unsigned long fd, const struct iovec __user *iov, unsigned long count,
                  unsigned long offset, unsigned long offset_high, int flags)
{
    const struct placement at = placement_of(offset, flags);

    (void)offset_high;
    return transfer_vector(fd, iov, count, &writing, &at);
}
