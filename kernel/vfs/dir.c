/*
 * Reading directories (getdents64(2)), and the file operations of those that are kept in the dentry
 * tree.
 */
#include "kernel/vfs/dir.h"

#include "kernel/abi/dirent.h"
#include "kernel/abi/errno.h"
#include "kernel/vfs/dentry.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/notify.h"

#define POSITION_CHILDREN 2 /* `.` is at 0, `..` at 1 */

/* The number of the inode that `..` of this directory is. */
static ino_t parent_number(const struct dentry *dir)
{
    ino_t number;

    spin_lock(&namespace_lock);
    number = dir->parent->inode->number;
    spin_unlock(&namespace_lock);
    return number;
}

bool dir_emit_dots(struct file *file, struct dir_emitter *emitter)
{
    const struct dentry *dir = file->path.dentry;

    if (file->pos == 0) {
        if (!emitter->emit(emitter, ".", 1, dir->inode->number, DT_DIR, 1))
            return false;
        file->pos = 1;
    }
    if (file->pos == 1) {
        if (!emitter->emit(emitter, "..", 2, parent_number(dir), DT_DIR, POSITION_CHILDREN))
            return false;
        file->pos = POSITION_CHILDREN;
    }
    return true;
}

static int dir_read_tree(struct file *file, struct dir_emitter *emitter)
{
    struct dentry_entry entry;

    if (!dir_emit_dots(file, emitter))
        return 0;
    while (dentry_next_entry(file->path.dentry, file->pos, &entry)) {
        if (!emitter->emit(emitter, entry.name, entry.length, entry.inode, entry.type,
                           entry.position + 1))
            break;
        file->pos = entry.position + 1;
    }
    return 0;
}

loff_t dir_seek(struct file *file, loff_t offset, int whence)
{
    if (whence != SEEK_SET && whence != SEEK_CUR)
        return -EINVAL;
    return file_seek_size(file, offset, whence, 0);
}

static ssize_t dir_read_bytes(struct file *file, struct iter *to, loff_t *pos)
{
    (void)file;
    (void)to;
    (void)pos;
    return -EISDIR;
}

static int dir_fsync(struct file *file)
{
    (void)file;
    return 0;
}

const struct file_ops dir_tree_ops = {
    .read = dir_read_bytes,
    .seek = dir_seek,
    .readdir = dir_read_tree,
    .fsync = dir_fsync,
};

int file_readdir(struct file *file, struct dir_emitter *emitter)
{
    int err = -ENOENT;

    if (!file->ops->readdir)
        return -ENOTDIR;
    mutex_lock(&file->pos_lock);
    if (!(atomic_load(&file->path.dentry->flags) & DENTRY_DEAD)) {
        err = file->ops->readdir(file, emitter);
        mount_accessed(file->path.mount, file->inode);
        notify_path(&file->path, IN_ACCESS);
    }
    mutex_unlock(&file->pos_lock);
    return err;
}
