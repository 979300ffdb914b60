/*
 * Calls on the contents of open files: read(2), write(2), pread(2), pwrite(2),
 * lseek(2), ftruncate(2), ioctl(2), sync(2).
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/ioctl.h"
#include "kernel/mm/iter.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/uaccess.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/attr.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/notify.h"

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
        err = path_truncate(&file->path, length, true);
    if (err == 0)
        notify_path(&file->path, IN_MODIFY);
    file_put(file);
    return err;
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
