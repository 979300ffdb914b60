/*
 * Calls that advise on how a part of a file will be used, or ask for its bytes to be brought in or
 * written out: posix_fadvise(2), readahead(2), sync_file_range(2). All files are in memory, so
 * checking is all that is left to do. And fallocate(2), which has room made for a part.
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/inode.h"
#include "kernel/vfs/notify.h"
#include "kernel/vfs/regular.h"

/* Says how a part of a file will be read: advice without effect where all is in memory. */
long sys_fadvise64(int fd, loff_t offset, size_t length, int advice)
{
    struct file *file = fd_get((unsigned)fd);
    int err = 0;

    (void)offset;
    if (!file)
        return -EBADF;
    if (S_ISFIFO(file->inode->mode))
        err = -ESPIPE;
    else if ((loff_t)length < 0 || advice < POSIX_FADV_NORMAL || advice > POSIX_FADV_NOREUSE)
        err = -EINVAL;
    file_put(file);
    return err;
}

/* Brings a part of a file into memory, where it is. */
long sys_readahead(int fd, loff_t offset, size_t count)
{
    struct file *file = fd_get((unsigned)fd);
    int err = 0;

    (void)offset;
    (void)count;
    if (!file)
        return -EBADF;
    if (!(file->mode & FMODE_READ))
        err = -EBADF;
    else if (!file->inode->cache)
        err = -EINVAL;
    file_put(file);
    return err;
}

static bool range_is_valid(loff_t offset, loff_t count)
{
    loff_t end;

    return offset >= 0 && count >= 0 && !check_add_overflow(offset, count, &end);
}

/* Writes a part of a file to disk: there is none. */
long sys_sync_file_range(int fd, loff_t offset, loff_t count, unsigned int flags)
{
    struct file *file = fd_get((unsigned)fd);
    mode_t mode;

    if (!file)
        return -EBADF;
    mode = file->inode->mode;
    file_put(file);
    if (flags & ~(unsigned)(SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE |
                            SYNC_FILE_RANGE_WAIT_AFTER))
        return -EINVAL;
    if (!range_is_valid(offset, count))
        return -EINVAL;
    return S_ISREG(mode) || S_ISBLK(mode) || S_ISDIR(mode) ? 0 : -ESPIPE;
}

/* Has room made for a part of a file, which grows to its end unless FALLOC_FL_KEEP_SIZE; or makes a
 * hole of it (FALLOC_FL_PUNCH_HOLE). */
long sys_fallocate(int fd, int mode, loff_t offset, loff_t length)
{
    struct file *file = fd_get((unsigned)fd);
    int err;

    if (!file)
        return -EBADF;
    err = file_allocate(file, (unsigned)mode, offset, length);
    if (err == 0)
        notify_path(&file->path, IN_MODIFY);
    file_put(file);
    return err;
}
