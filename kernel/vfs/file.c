/*
 * Open file descriptions: their life, and reading, writing and seeking through their operations
 * (read(2), write(2), pread(2), lseek(2)). See file.h for locking.
 */
#include "kernel/vfs/file.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/core/init.h"
#include "kernel/mm/iter.h"
#include "kernel/mm/page.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/vma.h"
#include "kernel/vfs/file_lock.h"
#include "kernel/vfs/hooks.h"
#include "kernel/vfs/inode.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/notify.h"
#include "kernel/vfs/poll.h"
#include "kernel/vfs/regular.h"

/* As on Linux, files may take a tenth of memory when each takes a KiB. */
#define FILE_SHARE_BYTES 10240ul

/* Flags that only matter while a file is opened; F_GETFL doesn't show them. */
#define OPENING_FLAGS (O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_CLOEXEC)

static SLAB_CACHE(file_cache, struct file);

uint64_t file_count, file_count_max;

/* Of O_PATH openings: nothing can be done with them. */
static const struct file_ops place_ops = {0};

static uint32_t mode_of_flags(unsigned flags)
{
    if (flags & O_PATH)
        return FMODE_PATH;
    return (flags + 1) & (FMODE_READ | FMODE_WRITE);
}

int file_alloc(struct file **out)
{
    struct file *file;

    if (atomic_load(&file_count) >= atomic_load(&file_count_max) &&
        !cred_is_privileged(current->cred))
        return -ENFILE;
    file = slab_alloc(&file_cache);
    if (!file)
        return -ENOMEM;
    atomic_add(&file_count, 1);
    refcount_init(&file->ref);
    spin_lock_init(&file->lock, RANK_FILE);
    mutex_init(&file->pos_lock, RANK_FILE_POS);
    *out = file;
    return 0;
}

void file_discard(struct file *file)
{
    if (!file)
        return;
    atomic_sub(&file_count, 1);
    slab_free(&file_cache, file);
}

static void file_set_path(struct file *file, const struct path *path, const struct file_ops *ops,
                          unsigned flags)
{
    file->mode = mode_of_flags(flags);
    file->flags = flags;
    file->ops = ops;
    file->path = *path;
    path_get(path);
    file->inode = path_inode(path);
}

int file_create(const struct path *path, const struct file_ops *ops, unsigned flags,
                struct file **out)
{
    int err = file_alloc(out);

    if (err == 0)
        file_set_path(*out, path, ops, flags);
    return err;
}

/* True for a file whose openings for writing are counted. */
static bool file_counts_as_writer(const struct file *file)
{
    return (file->mode & FMODE_WRITE) && S_ISREG(file->inode->mode);
}

/* Programs that run forbid to write to their file, mounts to all. */
static int file_write_get(struct file *file)
{
    int err;

    if (!file_counts_as_writer(file))
        return 0;
    err = mount_write_get(file->path.mount);
    if (err)
        return err;
    err = inode_write_get(file->inode);
    if (err)
        mount_write_put(file->path.mount);
    return err;
}

static void file_write_put(struct file *file)
{
    if (!file_counts_as_writer(file))
        return;
    inode_write_put(file->inode);
    mount_write_put(file->path.mount);
}

/* Calls the open operation of a new description of an inode that has data. */
static int file_start(struct file *file)
{
    int err = file_write_get(file);

    if (err)
        return err;
    if (S_ISREG(file->inode->mode) || S_ISDIR(file->inode->mode))
        file->mode |= FMODE_POSITION;
    if (file->ops->open)
        err = file->ops->open(file->inode, file);
    if (err)
        file_write_put(file);
    return err;
}

int file_open_blank(const struct path *path, unsigned flags, struct file *file)
{
    struct inode *inode = path_inode(path);
    const struct file_ops *ops = inode->file_ops;
    int err;

    if (flags & O_PATH)
        ops = &place_ops;
    else if (!ops)
        ops = inode_special_ops(inode->mode);
    file_set_path(file, path, ops, flags);
    err = flags & O_PATH ? 0 : file_start(file);
    if (err)
        path_put(&file->path);
    else
        file->flags &= ~(uint32_t)OPENING_FLAGS;
    return err;
}

int file_open_path(const struct path *path, unsigned flags, struct file **out)
{
    struct file *file;
    int err = file_alloc(&file);

    if (err)
        return err;
    err = file_open_blank(path, flags, file);
    if (err)
        file_discard(file);
    else
        *out = file;
    return err;
}

void file_put(struct file *file)
{
    mutex_assert_order(RANK_EPOLL_NEST);
    if (!refcount_put(&file->ref))
        return;
    file_locks_release(file);
    if (!(file->mode & FMODE_PATH))
        notify_path(&file->path, file->mode & FMODE_WRITE ? IN_CLOSE_WRITE : IN_CLOSE_NOWRITE);
    if (unlikely(file->is_watched))
        vfs_hooks.unwatch(file);
    if (file->ops->release)
        file->ops->release(file);
    file_write_put(file);
    path_put(&file->path);
    file_discard(file);
}

/* Checks and cuts a transfer at *pos: 0, or an error. */
static int transfer_check(const struct file *file, uint32_t mode, bool has_op, struct iter *iter,
                          loff_t pos)
{
    loff_t end;

    if (!(file->mode & mode))
        return -EBADF;
    if (!has_op)
        return -EINVAL;
    if (pos < 0 || check_add_overflow(pos, (loff_t)iter_count(iter), &end))
        return -EINVAL;
    iter_truncate(iter, RW_COUNT_MAX);
    return 0;
}

static ssize_t read_op(struct file *file, struct iter *to, loff_t *pos)
{
    struct io_use *use = &current->io;
    ssize_t moved = transfer_check(file, FMODE_READ, file->ops->read != NULL, to, *pos);

    if (moved != 0)
        return moved;
    moved = file->ops->read(file, to, pos);
    use->reads++;
    if (moved > 0) {
        use->bytes_read += (uint64_t)moved;
        notify_path(&file->path, IN_ACCESS);
    }
    return moved;
}

static ssize_t write_op(struct file *file, struct iter *from, loff_t *pos)
{
    struct io_use *use = &current->io;
    ssize_t moved = transfer_check(file, FMODE_WRITE, file->ops->write != NULL, from, *pos);

    if (moved != 0)
        return moved;
    moved = file->ops->write(file, from, pos);
    use->writes++;
    if (moved > 0) {
        use->bytes_written += (uint64_t)moved;
        notify_path(&file->path, IN_MODIFY);
    }
    return moved;
}

/* Runs a transfer at the file's own position. */
static ssize_t transfer(struct file *file, struct iter *iter,
                        ssize_t (*op)(struct file *, struct iter *, loff_t *))
{
    loff_t none = 0;
    ssize_t moved;

    if (!(file->mode & FMODE_POSITION))
        return op(file, iter, &none);
    mutex_lock(&file->pos_lock);
    moved = op(file, iter, &file->pos);
    mutex_unlock(&file->pos_lock);
    return moved;
}

ssize_t file_read(struct file *file, struct iter *to)
{
    return transfer(file, to, read_op);
}

ssize_t file_write(struct file *file, struct iter *from)
{
    return transfer(file, from, write_op);
}

ssize_t file_read_at(struct file *file, struct iter *to, loff_t *pos)
{
    return file->mode & FMODE_POSITION ? read_op(file, to, pos) : -ESPIPE;
}

ssize_t file_write_at(struct file *file, struct iter *from, loff_t *pos)
{
    if ((file->mode & (FMODE_POSITION | FMODE_NO_PWRITE)) != FMODE_POSITION)
        return -ESPIPE;
    return write_op(file, from, pos);
}

loff_t file_seek_size(struct file *file, loff_t offset, int whence, loff_t size)
{
    loff_t base = 0;
    loff_t pos;

    switch (whence) {
    case SEEK_SET:
        break;
    case SEEK_CUR:
        base = file->pos;
        break;
    case SEEK_END:
        base = size;
        break;
    case SEEK_DATA:
    case SEEK_HOLE:
        if (offset < 0 || offset >= size)
            return -ENXIO;
        if (whence == SEEK_HOLE)
            offset = size;
        break;
    default:
        return -EINVAL;
    }
    if (check_add_overflow(base, offset, &pos) || pos < 0)
        return -EINVAL;
    file->pos = pos;
    return pos;
}

loff_t file_seek(struct file *file, loff_t offset, int whence)
{
    loff_t pos;

    if (file->mode & FMODE_SEEK)
        return file->ops->seek(file, offset, whence);
    if (!(file->mode & FMODE_POSITION))
        return -ESPIPE;
    mutex_lock(&file->pos_lock);
    if (file->ops->seek)
        pos = file->ops->seek(file, offset, whence);
    else
        pos = file_seek_size(file, offset, whence, inode_size(file->inode));
    mutex_unlock(&file->pos_lock);
    return pos;
}

unsigned file_poll(struct file *file, struct poll_table *table)
{
    if (!file->ops->poll)
        return POLL_ALWAYS;
    if (table)
        table->file = file;
    return file->ops->poll(file, table);
}

ssize_t file_read_kernel(struct file *file, void *buffer, size_t size, loff_t pos)
{
    struct iter iter;

    iter_kernel(&iter, buffer, size);
    return read_op(file, &iter, &pos);
}

ssize_t file_write_kernel(struct file *file, const void *buffer, size_t size, loff_t pos)
{
    struct iter iter;

    iter_kernel(&iter, (void *)buffer, size);
    return write_op(file, &iter, &pos);
}

/* May this be executed? */
static int exec_check(const struct path *path)
{
    struct inode *inode = path_inode(path);

    if (inode_is_link(inode))
        return -ELOOP;
    if (!S_ISREG(inode->mode) || mount_has(path->mount, MS_NOEXEC))
        return -EACCES;
    return inode_permission(inode, current->cred, MAY_EXEC);
}

int file_open_exec(int dirfd, const char *name, int at_flags, struct file **out)
{
    unsigned flags = at_flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW;
    struct path path;
    int err;

    if (at_flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
        return -EINVAL;
    if (at_flags & AT_EMPTY_PATH)
        flags |= LOOKUP_EMPTY;
    err = path_lookup(dirfd, name, flags, &path);
    if (err)
        return err;
    err = exec_check(&path);
    if (err == 0)
        err = inode_write_deny(path_inode(&path));
    if (err == 0) {
        err = file_open_path(&path, O_RDONLY | O_LARGEFILE, out);
        if (err)
            inode_write_allow(path_inode(&path));
        else
            notify_path(&path, IN_OPEN);
    }
    path_put(&path);
    return err;
}

void file_put_exec(struct file *file)
{
    inode_write_allow(file->inode);
    file_put(file);
}

void file_get_exec(struct file *file)
{
    int err = inode_write_deny(file->inode);

    assert(err == 0);
    (void)err;
    file_get(file);
}

static void mapped_file_get(struct file *file)
{
    file_get(file);
}

/* Two mappings of the file have become one. */
static void mapped_file_put_one(struct file *file)
{
    bool is_last = refcount_put(&file->ref);

    assert(!is_last);
    (void)is_last;
}

static int mapped_file_punch(struct file *file, uint64_t start, uint64_t size)
{
    return file_allocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (loff_t)start,
                         (loff_t)size);
}

/* Mappings keep their file open. */
static void file_init(void)
{
    static const struct vma_file_hooks hooks = {.get = mapped_file_get,
                                                .put = file_put,
                                                .put_one = mapped_file_put_one,
                                                .punch = mapped_file_punch};

    vma_set_file_hooks(&hooks);
    file_count_max = page_total_count() * PAGE_SIZE / FILE_SHARE_BYTES;
}
INIT_CALL(1, file_init);
