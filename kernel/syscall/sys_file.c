/*
 * Calls on the contents of open files: read(2), write(2), readv(2), writev(2), pread(2), pwrite(2),
 * lseek(2), ftruncate(2), sendfile(2), ioctl(2), sync(2).
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/ioctl.h"
#include "kernel/abi/limits.h"
#include "kernel/abi/uio.h"
#include "kernel/mm/iter.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/uaccess.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/attr.h"
#include "kernel/vfs/files.h"

#define IOV_STACK 8 /* pieces of a vector for which no memory is needed */
#define SENDFILE_CHUNK (8 * PAGE_SIZE)

typedef ssize_t transfer_at(struct file *file, struct iter *iter, loff_t *pos);

/* Reads up to `count` bytes from where the file stands, which moves on; 0 at its end. */
long sys_read(unsigned int fd, char __user *buf, size_t count)
{
    struct file *file = fd_get(fd);
    struct iter iter;
    ssize_t result = -EBADF;

    if (!file)
        return -EBADF;
    if (file->mode & FMODE_READ)
        result = iter_user(&iter, buf, count);
    if (result == 0)
        result = file_read(file, &iter);
    file_put(file);
    return result;
}

/* Writes up to `count` bytes to where the file stands (its end with O_APPEND), which moves on. */
long sys_write(unsigned int fd, const char __user *buf, size_t count)
{
    struct file *file = fd_get(fd);
    struct iter iter;
    ssize_t result = -EBADF;

    if (!file)
        return -EBADF;
    if (file->mode & FMODE_WRITE)
        result = iter_user(&iter, (char __user *)buf, count);
    if (result == 0)
        result = file_write(file, &iter);
    file_put(file);
    return result;
}

/* pread64 and pwrite64. */
static long transfer_user_at(unsigned int fd, char __user *buf, size_t count, loff_t offset,
                             transfer_at *transfer, uint32_t mode)
{
    struct file *file;
    struct iter iter;
    ssize_t result;

    if (offset < 0)
        return -EINVAL;
    file = fd_get(fd);
    if (!file)
        return -EBADF;
    if (!(file->mode & FMODE_POSITION))
        result = -ESPIPE;
    else if (!(file->mode & mode))
        result = -EBADF;
    else
        result = iter_user(&iter, buf, count);
    if (result == 0)
        result = transfer(file, &iter, &offset);
    file_put(file);
    return result;
}

/* As read, but from `offset`; where the file stands doesn't matter and stays. */
long sys_pread64(unsigned int fd, char __user *buf, size_t count, loff_t offset)
{
    return transfer_user_at(fd, buf, count, offset, file_read_at, FMODE_READ);
}

/* As write, but to `offset`; where the file stands doesn't matter and stays. */
long sys_pwrite64(unsigned int fd, const char __user *buf, size_t count, loff_t offset)
{
    return transfer_user_at(fd, (char __user *)buf, count, offset, file_write_at, FMODE_WRITE);
}

/* The pieces of a vector in kernel memory: `stack`, or allocated. */
static int vector_get(const struct iovec __user *user, unsigned long count,
                      struct iovec stack[IOV_STACK], struct iovec **out)
{
    if (count > IOV_MAX)
        return -EINVAL;
    *out = count <= IOV_STACK ? stack : kmalloc_array(count, sizeof(struct iovec));
    if (!*out)
        return -ENOMEM;
    return copy_from_user(*out, user, count * sizeof(struct iovec));
}

/* readv and writev. */
static long transfer_vector(unsigned long fd, const struct iovec __user *user, unsigned long count,
                            ssize_t (*transfer)(struct file *, struct iter *), uint32_t mode)
{
    struct iovec stack[IOV_STACK], *pieces = NULL;
    struct file *file = fd_get((unsigned)fd);
    struct iter iter;
    ssize_t result;

    if (!file)
        return -EBADF;
    result = vector_get(user, count, stack, &pieces);
    if (result == 0)
        result = iter_user_vector(&iter, pieces, count);
    if (result == 0 && !(file->mode & mode))
        result = -EBADF;
    if (result == 0 && iter_count(&iter) != 0)
        result = transfer(file, &iter);
    if (pieces != stack)
        kfree(pieces);
    file_put(file);
    return result;
}

/* As read, into several buffers one after the other. */
long sys_readv(unsigned long fd, const struct iovec __user *iov, unsigned long count)
{
    return transfer_vector(fd, iov, count, file_read, FMODE_READ);
}

/* As write, from several buffers one after the other. */
long sys_writev(unsigned long fd, const struct iovec __user *iov, unsigned long count)
{
    return transfer_vector(fd, iov, count, file_write, FMODE_WRITE);
}

/* Moves to where an open file is read and written next. */
long sys_lseek(unsigned int fd, off_t offset, unsigned int whence)
{
    struct file *file = fd_get(fd);
    loff_t result = -EINVAL;

    if (!file)
        return -EBADF;
    if (whence <= SEEK_HOLE)
        result = file_seek(file, offset, (int)whence);
    file_put(file);
    return result;
}

/* Cuts an open file off at `length`, or extends it with zeros. */
long sys_ftruncate(unsigned int fd, off_t length)
{
    struct file *file;
    int err = -EINVAL;

    if (length < 0)
        return -EINVAL;
    file = fd_get(fd);
    if (!file)
        return -EBADF;
    if (S_ISREG(file->inode->mode) && (file->mode & FMODE_WRITE))
        err = inode_truncate(file->inode, length, true);
    file_put(file);
    return err;
}

/* One piece of sendfile: reads at *pos, writes, and advances *pos by what was written. */
static ssize_t send_piece(struct file *out, struct file *in, loff_t *pos, char *buffer, size_t size)
{
    ssize_t count = file_read_kernel(in, buffer, size, *pos);
    struct iter iter;

    if (count <= 0)
        return count;
    iter_kernel(&iter, buffer, (size_t)count);
    count = file_write(out, &iter);
    if (count > 0)
        *pos += count;
    return count;
}

/* Bytes moved, or an error if none was. A short piece ends it. */
static ssize_t send_all(struct file *out, struct file *in, loff_t *pos, size_t count)
{
    char *buffer = kmalloc(SENDFILE_CHUNK);
    size_t done = 0;
    ssize_t moved = 0;

    if (!buffer)
        return -ENOMEM;
    count = min_t(size_t, count, RW_COUNT_MAX);
    while (done < count) {
        size_t wanted = min(count - done, (size_t)SENDFILE_CHUNK);

        moved = send_piece(out, in, pos, buffer, wanted);
        if (moved <= 0)
            break;
        done += (size_t)moved;
        if ((size_t)moved < wanted || thread_interrupted())
            break;
    }
    kfree(buffer);
    return done ? (ssize_t)done : moved;
}

/* Where sendfile begins: at the position that is stored at `offset`, else at the file's own. */
static int send_start(struct file *in, const off_t __user *offset, loff_t *pos)
{
    if (!(in->mode & FMODE_READ))
        return -EBADF;
    if (offset && !(in->mode & FMODE_POSITION))
        return -ESPIPE;
    if (offset && copy_from_user(pos, offset, sizeof(*pos)) != 0)
        return -EFAULT;
    if (!offset && (in->mode & FMODE_POSITION))
        *pos = file_seek(in, 0, SEEK_CUR);
    return *pos < 0 ? -EINVAL : 0;
}

/* What sendfile can do: from a regular file to anything that doesn't append. */
static int send_check(const struct file *out, const struct file *in)
{
    if (!out || !(out->mode & FMODE_WRITE))
        return -EBADF;
    if (!S_ISREG(in->inode->mode) || (file_flags(out) & O_APPEND))
        return -EINVAL;
    return 0;
}

static ssize_t send_file(struct file *out, struct file *in, off_t __user *offset, size_t count)
{
    loff_t pos = 0;
    ssize_t result = send_start(in, offset, &pos);

    if (result == 0)
        result = send_check(out, in);
    if (result == 0)
        result = send_all(out, in, &pos, count);
    if (result < 0)
        return result;
    if (offset)
        return put_user(pos, offset) ? -EFAULT : result;
    file_seek(in, pos, SEEK_SET);
    return result;
}

/* Copies bytes from one open file to another without a detour through user memory. */
long sys_sendfile(int out_fd, int in_fd, off_t __user *offset, size_t count)
{
    struct file *in = fd_get((unsigned)in_fd), *out = fd_get((unsigned)out_fd);
    ssize_t result = -EBADF;

    if (in)
        result = send_file(out, in, offset, count);
    if (in)
        file_put(in);
    if (out)
        file_put(out);
    return result;
}

static int set_nonblocking(struct file *file, int __user *argument)
{
    int enabled = 0;
    int err = get_user(enabled, argument);

    if (err)
        return err;
    spin_lock(&file->lock);
    if (enabled)
        atomic_or(&file->flags, O_NONBLOCK);
    else
        atomic_and(&file->flags, ~(uint32_t)O_NONBLOCK);
    spin_unlock(&file->lock);
    return 0;
}

/* A request to the device behind a descriptor. Limen's are in docs/drivers.md. */
long sys_ioctl(unsigned int fd, unsigned int request, unsigned long arg)
{
    struct file *file = fd_get(fd);
    long result = -ENOTTY;

    if (!file)
        return -EBADF;
    switch (request) {
    case FIOCLEX:
    case FIONCLEX:
        result = fd_cloexec_set(fd, request == FIOCLEX);
        break;
    case FIONBIO:
        result = set_nonblocking(file, (int __user *)arg);
        break;
    default:
        if (file->ops->ioctl)
            result = file->ops->ioctl(file, request, arg);
        break;
    }
    file_put(file);
    return result;
}

/* Writes everything to disk; but nothing is kept anywhere except in memory. */
long sys_sync(void)
{
    return 0;
}

/* Writes what was changed in a file or folder to disk: nothing either. Of pipes and devices nothing
 * could be. */
long sys_fsync(unsigned int fd)
{
    struct file *file = fd_get(fd);
    bool is_stored;

    if (file == NULL)
        return -EBADF;
    is_stored = S_ISDIR(file->inode->mode) || (S_ISREG(file->inode->mode) && file->ops->write);
    file_put(file);
    return is_stored ? 0 : -EINVAL;
}

/* The same, without what only describes the file. */
long sys_fdatasync(unsigned int fd)
{
    return sys_fsync(fd);
}

/* sync of the file system that the file is on. */
long sys_syncfs(unsigned int fd)
{
    struct file *file = fd_get(fd);

    if (file == NULL)
        return -EBADF;
    file_put(file);
    return 0;
}
