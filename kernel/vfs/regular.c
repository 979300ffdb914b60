/*
 * Regular files on a page cache: read(2), write(2), lseek(2), mmap(2), fsync(2).
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
#include "kernel/mm/uaccess.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/hooks.h"
#include "kernel/vfs/inode.h"

#define FILE_SIZE_MAX INT64_MAX

static ssize_t regular_read(struct file *file, struct iter *to, loff_t *pos)
{
    ssize_t count = page_cache_read(file->inode->cache, to, pos);

    if (!(file_flags(file) & O_NOATIME))
        inode_accessed(file->inode);
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
    if (file_flags(file) & O_APPEND)
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

/* The first byte at or after `offset` that is in a page (want_data), or in none. */
static loff_t regular_find(struct page_cache *cache, loff_t offset, bool want_data)
{
    uint64_t index = (uint64_t)offset / PAGE_SIZE;

    mutex_lock(&cache->lock);
    if (want_data) {
        if (!radix_find_from(&cache->pages, &index))
            index = FILE_SIZE_MAX / PAGE_SIZE;
    } else {
        while (radix_find(&cache->pages, index))
            index++;
    }
    mutex_unlock(&cache->lock);
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

const struct file_ops regular_file_ops = {
    .read = regular_read,
    .write = regular_write,
    .seek = regular_seek,
    .ioctl = regular_ioctl,
    .mmap = regular_mmap,
    .fsync = regular_fsync,
};
