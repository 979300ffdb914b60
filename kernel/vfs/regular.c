/*
 * Regular files on a page cache: read(2), write(2), lseek(2), mmap(2), fsync(2), fallocate(2).
 *
 * A write holds the inode's mutex: so writes, appending ones too, come one after the other. Reads
 * don't take it.
 */
#include "kernel/vfs/regular.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/ioctl.h"
#include "kernel/abi/resource.h"
#include "kernel/abi/signal.h"
#include "kernel/mm/cache.h"
#include "kernel/mm/iter.h"
#include "kernel/mm/uaccess.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/hooks.h"
#include "kernel/vfs/inode.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/notify.h"

#define FILE_SIZE_MAX INT64_MAX

static ssize_t regular_read(struct file *file, struct iter *to, loff_t *pos)
{
    ssize_t count = page_cache_read(file->inode->cache, to, pos);

    if (!(file_flags(file) & O_NOATIME))
        mount_accessed(file->path.mount, file->inode);
    return count;
}

/* Cuts a write so that it ends below RLIMIT_FSIZE and the largest size there can be. */
static int write_limit(struct iter *from, loff_t pos)
{
    unsigned long limit = vfs_hooks.limit(RLIMIT_FSIZE);

    if (iter_count(from) == 0)
        return 0;
    if ((unsigned long)pos >= limit) {
        vfs_hooks.signal(SIGXFSZ);
        return -EFBIG;
    }
    if (pos == FILE_SIZE_MAX)
        return -EFBIG;
    iter_truncate(from, min(limit, (unsigned long)FILE_SIZE_MAX) - (unsigned long)pos);
    return 0;
}

static ssize_t regular_write(struct file *file, struct iter *from, loff_t *pos)
{
    struct inode *inode = file->inode;
    ssize_t count;

    mutex_lock(&inode->lock);
    if ((file_flags(file) & O_APPEND) || (from->flags & RWF_APPEND))
        *pos = inode_size(inode);
    count = write_limit(from, *pos);
    if (count == 0 && iter_count(from) != 0) {
        inode_clear_privileges(inode, current->cred);
        inode_touch(inode, TOUCH_MTIME | TOUCH_CTIME);
        count = inode->ops->write(inode, from, pos);
    }
    mutex_unlock(&inode->lock);
    return count;
}

/* The first byte at or after `offset` that is data (want_data), or in a hole. */
static loff_t regular_find(struct page_cache *cache, loff_t offset, bool want_data)
{
    uint64_t index = page_cache_find(cache, (uint64_t)offset / PAGE_SIZE, want_data);

    index = min_t(uint64_t, index, FILE_SIZE_MAX / PAGE_SIZE);
    return max(offset, (loff_t)(index * PAGE_SIZE));
}

static loff_t regular_seek(struct file *file, loff_t offset, int whence)
{
    loff_t size = inode_size(file->inode);

    if (whence != SEEK_DATA && whence != SEEK_HOLE)
        return file_seek_size(file, offset, whence, size);
    if (offset < 0 || offset >= size)
        return -ENXIO;
    offset = regular_find(file->inode->cache, offset, whence == SEEK_DATA);
    if (whence == SEEK_DATA && offset >= size)
        return -ENXIO;
    return file_seek_size(file, min(offset, size), SEEK_SET, size);
}

static long regular_ioctl(struct file *file, unsigned request, unsigned long argument)
{
    loff_t left = inode_size(file->inode) - file->pos;

    if (request != FIONREAD)
        return -ENOTTY;
    return put_user((int)left, (int __user *)argument);
}

static int regular_mmap(struct file *file, bool shared, struct page_cache **cache)
{
    (void)shared;
    *cache = file->inode->cache;
    return 0;
}

static int regular_fsync(struct file *file)
{
    (void)file;
    return 0;
}

/* The forms there are: room, with the size growing or not, and a hole. */
static bool allocation_is_known(unsigned mode)
{
    return mode == 0 || mode == FALLOC_FL_KEEP_SIZE ||
           mode == (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE);
}

static int allocation_check(const struct file *file, unsigned mode, loff_t offset, loff_t length)
{
    loff_t end;

    if (offset < 0 || length <= 0)
        return -EINVAL;
    if (!allocation_is_known(mode))
        return -EOPNOTSUPP;
    if (!(file->mode & FMODE_WRITE))
        return -EBADF;
    if (S_ISFIFO(file->inode->mode))
        return -ESPIPE;
    if (inode_is_dir(file->inode))
        return -EISDIR;
    if (!S_ISREG(file->inode->mode))
        return -ENODEV;
    if (check_add_overflow(offset, length, &end))
        return -EFBIG;
    return file->inode->ops->allocate ? 0 : -EOPNOTSUPP;
}

/* Has room made for [start, end). Under the inode's lock. */
static int allocate_room(struct inode *inode, unsigned mode, loff_t start, loff_t end)
{
    bool exceeds = end > inode_size(inode);
    bool grows = exceeds && !(mode & FALLOC_FL_KEEP_SIZE);
    int err;

    if (exceeds && (unsigned long)end > vfs_hooks.limit(RLIMIT_FSIZE)) {
        vfs_hooks.signal(SIGXFSZ);
        return -EFBIG;
    }
    err = inode->ops->allocate(inode, (uint64_t)start, (uint64_t)end);
    return err == 0 && grows ? inode->ops->truncate(inode, end) : err;
}

int file_allocate(struct file *file, unsigned mode, loff_t offset, loff_t length)
{
    struct inode *inode = file->inode;
    int err = allocation_check(file, mode, offset, length);

    if (err)
        return err;
    mutex_lock(&inode->lock);
    if (mode & FALLOC_FL_PUNCH_HOLE)
        inode->ops->punch(inode, (uint64_t)offset, (uint64_t)(offset + length));
    else
        err = allocate_room(inode, mode, offset, offset + length);
    if (err == 0) {
        inode_clear_privileges(inode, current->cred);
        inode_touch(inode, TOUCH_MTIME | TOUCH_CTIME);
    }
    mutex_unlock(&inode->lock);
    if (err == 0)
        notify_path(&file->path, IN_MODIFY);
    return err;
}

const struct file_ops regular_file_ops = {
    .read = regular_read,
    .write = regular_write,
    .seek = regular_seek,
    .ioctl = regular_ioctl,
    .mmap = regular_mmap,
    .fsync = regular_fsync,
};
