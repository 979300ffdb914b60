/*
 * Locks on files: flock(2), and fcntl(2)'s commands for record locks, which sys_fd.c passes on.
 */
#include "kernel/syscall/sys_lock.h"

#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/task.h"
#include "kernel/vfs/file_lock.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/inode.h"

/* Where l_start counts from. */
static int lock_base(struct file *file, int whence, loff_t *base)
{
    switch (whence) {
    case SEEK_SET:
        *base = 0;
        return 0;
    case SEEK_CUR:
        *base = READ_ONCE(file->pos);
        return 0;
    case SEEK_END:
        *base = inode_size(file->inode);
        return 0;
    default:
        return -EINVAL;
    }
}

/* The bytes that a struct flock means: a negative length lies before the start, 0 has no end. */
static int lock_bytes(struct file *file, const struct flock *flock, struct lock_range *range)
{
    loff_t start;
    int err = lock_base(file, flock->l_whence, &start);

    if (err)
        return err;
    if (check_add_overflow(start, (loff_t)flock->l_start, &start))
        return -EOVERFLOW;
    if (start < 0)
        return -EINVAL;
    range->start = start;
    range->end = LOCK_END_MAX;
    if (flock->l_len > 0 && check_add_overflow(start, (loff_t)flock->l_len - 1, &range->end))
        return -EOVERFLOW;
    if (flock->l_len < 0) {
        range->end = start - 1;
        if (check_add_overflow(start, (loff_t)flock->l_len, &range->start) || range->start < 0)
            return -EINVAL;
    }
    return 0;
}

static bool is_ofd_command(unsigned command)
{
    return command == F_OFD_GETLK || command == F_OFD_SETLK || command == F_OFD_SETLKW;
}

/* What a struct flock asks for, by this command. */
static int lock_of_user(struct file *file, unsigned command, const struct flock *flock,
                        struct lock_range *range)
{
    if (is_ofd_command(command)) {
        *range = (struct lock_range){.kind = LOCK_OF_DESCRIPTION, .owner = file, .pid = -1};
        if (flock->l_pid != 0)
            return -EINVAL;
    } else {
        *range = (struct lock_range){.kind = LOCK_OF_PROCESS, .owner = current->files};
        range->pid = current_process()->pid->number;
    }
    range->type = flock->l_type;
    range->file = file;
    return lock_bytes(file, flock, range);
}

static long lock_get(struct file *file, unsigned command, struct flock __user *user)
{
    struct lock_range wanted, found;
    struct flock flock;
    int err;

    if (copy_from_user(&flock, user, sizeof(flock)) != 0)
        return -EFAULT;
    if (flock.l_type != F_RDLCK && flock.l_type != F_WRLCK)
        return -EINVAL;
    err = lock_of_user(file, command, &flock, &wanted);
    if (err)
        return err;
    if (file_lock_test(file, &wanted, &found)) {
        flock.l_type = (short)found.type;
        flock.l_whence = SEEK_SET;
        flock.l_start = found.start;
        flock.l_len = found.end == LOCK_END_MAX ? 0 : found.end - found.start + 1;
        flock.l_pid = found.pid;
    } else {
        flock.l_type = F_UNLCK;
    }
    return copy_to_user(user, &flock, sizeof(flock));
}

/* May a file opened like this have a lock of the type? */
static int lock_type_check(const struct file *file, int type)
{
    switch (type) {
    case F_RDLCK:
        return file->mode & FMODE_READ ? 0 : -EBADF;
    case F_WRLCK:
        return file->mode & FMODE_WRITE ? 0 : -EBADF;
    default:
        return type == F_UNLCK ? 0 : -EINVAL;
    }
}

/* Another thread may have closed the descriptor while this one waited, and found no lock to drop.
 */
static long lock_still_open(unsigned fd, struct file *file, struct lock_range *range)
{
    struct file *now = fd_get_any(fd);

    if (now)
        file_put(now);
    if (now == file)
        return 0;
    range->type = F_UNLCK;
    (void)file_lock_set(file, range, false);
    return -EBADF;
}

static long lock_set(unsigned fd, struct file *file, unsigned command,
                     const struct flock __user *user)
{
    bool wait = command == F_SETLKW || command == F_OFD_SETLKW;
    struct lock_range range;
    struct flock flock;
    long err;

    if (copy_from_user(&flock, user, sizeof(flock)) != 0)
        return -EFAULT;
    err = lock_of_user(file, command, &flock, &range);
    if (err == 0)
        err = lock_type_check(file, range.type);
    if (err == 0)
        err = file_lock_set(file, &range, wait);
    if (err == 0 && range.kind == LOCK_OF_PROCESS && range.type != F_UNLCK)
        err = lock_still_open(fd, file, &range);
    return err;
}

long fcntl_lock(unsigned fd, struct file *file, unsigned command, unsigned long argument)
{
    if (command == F_GETLK || command == F_OFD_GETLK)
        return lock_get(file, command, (struct flock __user *)argument);
    return lock_set(fd, file, command, (const struct flock __user *)argument);
}

static int flock_type(unsigned operation)
{
    switch (operation & ~(unsigned)LOCK_NB) {
    case LOCK_SH:
        return F_RDLCK;
    case LOCK_EX:
        return F_WRLCK;
    case LOCK_UN:
        return F_UNLCK;
    default:
        return -EINVAL;
    }
}

/* Locks a whole file for all who have this opening of it, for reading (LOCK_SH) or alone (LOCK_EX).
 */
long sys_flock(unsigned int fd, unsigned int operation)
{
    struct lock_range range = {.kind = LOCK_OF_FLOCK, .end = LOCK_END_MAX};
    struct file *file;
    int err;

    range.type = flock_type(operation);
    if (range.type < 0)
        return -EINVAL;
    file = fd_get(fd);
    if (!file)
        return -EBADF;
    range.owner = range.file = file;
    range.pid = current_process()->pid->number;
    if (range.type != F_UNLCK && !(file->mode & (FMODE_READ | FMODE_WRITE)))
        err = -EBADF;
    else
        err = file_lock_set(file, &range, !(operation & LOCK_NB));
    file_put(file);
    return err;
}
