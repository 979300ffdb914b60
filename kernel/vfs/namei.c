/*
 * Making and removing names. Renaming has a file of its own (rename.c).
 *
 * Each works on the directory that walk_parent has found, under its mutex: looks the last name up,
 * checks, and lets the file system do it.
 */
#include "kernel/vfs/namei.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/fs.h"
#include "kernel/vfs/may.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/notify.h"
#include "kernel/vfs/walk.h"

int may_create(struct inode *dir, const struct dentry *dir_dentry, const struct cred *cred)
{
    if (atomic_load(&dir_dentry->flags) & DENTRY_DEAD)
        return -ENOENT;
    return inode_permission(dir, cred, MAY_WRITE | MAY_EXEC);
}

/* In a directory with the sticky bit only the owner of the file or of the directory, and root,
 * removes names. */
static bool sticky_forbids(const struct inode *dir, const struct inode *victim,
                           const struct cred *cred)
{
    return (dir->mode & S_ISVTX) && cred->fsuid != victim->uid && cred->fsuid != dir->uid &&
           cred->fsuid != 0;
}

int may_remove(struct inode *dir, const struct dentry *victim, bool is_dir, const struct cred *cred)
{
    int err = inode_permission(dir, cred, MAY_WRITE | MAY_EXEC);

    if (err)
        return err;
    if (sticky_forbids(dir, victim->inode, cred))
        return -EPERM;
    if (is_dir && !inode_is_dir(victim->inode))
        return -ENOTDIR;
    if (!is_dir && inode_is_dir(victim->inode))
        return -EISDIR;
    return atomic_load(&victim->flags) & DENTRY_MOUNTED ? -EBUSY : 0;
}

mode_t umask_apply(mode_t mode)
{
    return current->fs ? mode & ~(mode_t)atomic_load(&current->fs->umask) : mode;
}

/* A name that is about to be made. */
struct creation {
    struct walk walk;
    struct inode *dir;    /* locked */
    struct dentry *child; /* fresh */
    int writing;          /* what mount_write_get said: matters once the name is found free */
};

/* Under the directory's lock: the name must be free, and the thread may make it. */
static int creation_check(struct creation *creation, bool is_dir)
{
    struct walk *walk = &creation->walk;
    struct dentry *existing;
    int err = dentry_lookup_locked(walk->at.dentry, &walk->last, &existing);

    if (err == 0) {
        dentry_put(existing);
        return -EEXIST;
    }
    if (err != -ENOENT)
        return err;
    if (walk->must_be_dir && !is_dir)
        return -ENOENT;
    if (creation->writing)
        return creation->writing;
    err = may_create(creation->dir, walk->at.dentry, walk->cred);
    if (err)
        return err;
    return dentry_create(walk->at.dentry, &walk->last, &creation->child);
}

/* Finds the directory, locks it and prepares the new name. Success and creation_end pair. */
static int creation_begin(struct creation *creation, int dirfd, const char *name, bool is_dir)
{
    struct walk *walk = &creation->walk;
    int err = walk_begin(walk, current->cred, dirfd, name, 0);

    if (err == 0)
        err = walk_parent(walk);
    if (err == 0 && walk->last_type != WALK_NAME)
        err = -EEXIST;
    if (err)
        goto end_walk;
    creation->dir = path_inode(&walk->at);
    creation->writing = mount_write_get(walk->at.mount);
    mutex_lock(&creation->dir->lock);
    err = creation_check(creation, is_dir);
    if (err == 0)
        return 0;
    mutex_unlock(&creation->dir->lock);
    if (creation->writing == 0)
        mount_write_put(walk->at.mount);
end_walk:
    walk_end(walk);
    return err;
}

static void creation_end(struct creation *creation)
{
    mutex_unlock(&creation->dir->lock);
    mount_write_put(creation->walk.at.mount);
    dentry_put(creation->child);
    walk_end(&creation->walk);
}

/* A device node lets its users at the hardware; character device 0:0 is none (Linux's whiteout). */
static bool is_device(mode_t mode, dev_t rdev)
{
    return S_ISBLK(mode) || (S_ISCHR(mode) && rdev != 0);
}

/* Makes a file of any type but a link, mode complete. */
static int make_node(int dirfd, const char *name, mode_t mode, dev_t rdev)
{
    struct creation creation;
    int err = creation_begin(&creation, dirfd, name, S_ISDIR(mode));

    if (err)
        return err;
    if (is_device(mode, rdev) && current->cred->fsuid != 0)
        err = -EPERM;
    else if (!creation.dir->ops->create)
        err = -EPERM;
    else
        err = creation.dir->ops->create(creation.dir, creation.child, umask_apply(mode), rdev);
    if (err == 0)
        notify_name(creation.dir, &creation.child->name,
                    IN_CREATE | (S_ISDIR(mode) ? IN_ISDIR : 0));
    creation_end(&creation);
    return err;
}

int path_mknod(int dirfd, const char *name, mode_t mode, dev_t rdev)
{
    switch (mode & S_IFMT) {
    case 0:
        mode |= S_IFREG;
        break;
    case S_IFREG:
    case S_IFCHR:
    case S_IFBLK:
    case S_IFIFO:
    case S_IFSOCK:
        break;
    case S_IFDIR:
        return -EPERM;
    default:
        return -EINVAL;
    }
    return make_node(dirfd, name, mode & (S_IFMT | 07777), rdev);
}

int path_mkdir(int dirfd, const char *name, mode_t mode)
{
    return make_node(dirfd, name, S_IFDIR | (mode & 01777), 0);
}

int path_symlink(const char *target, int dirfd, const char *name)
{
    struct creation creation;
    int err;

    if (*target == '\0')
        return -ENOENT;
    err = creation_begin(&creation, dirfd, name, false);
    if (err)
        return err;
    if (creation.dir->ops->symlink)
        err = creation.dir->ops->symlink(creation.dir, creation.child, target);
    else
        err = -EPERM;
    if (err == 0)
        notify_name(creation.dir, &creation.child->name, IN_CREATE);
    creation_end(&creation);
    return err;
}

int path_link(const struct path *old, int dirfd, const char *name)
{
    struct creation creation;
    int err = creation_begin(&creation, dirfd, name, false);

    if (err)
        return err;
    if (old->mount != creation.walk.at.mount)
        err = -EXDEV;
    else if (inode_is_dir(path_inode(old)) || !creation.dir->ops->link)
        err = -EPERM;
    else
        err = creation.dir->ops->link(creation.dir, creation.child, path_inode(old));
    if (err == 0) {
        notify_inode(path_inode(old), IN_ATTRIB);
        notify_name(creation.dir, &creation.child->name, IN_CREATE);
    }
    creation_end(&creation);
    return err;
}

/* With the mount's leave to write. */
static int create_child(struct walk *walk, mode_t mode, struct dentry **out)
{
    struct inode *dir = path_inode(&walk->at);
    struct dentry *child;
    int err = may_create(dir, walk->at.dentry, walk->cred);

    if (err)
        return err;
    if (!dir->ops->create)
        return -EACCES;
    err = dentry_create(walk->at.dentry, &walk->last, &child);
    if (err)
        return err;
    err = dir->ops->create(dir, child, S_IFREG | umask_apply(mode & 07777), 0);
    if (err) {
        dentry_put(child);
        return err;
    }
    notify_name(dir, &child->name, IN_CREATE);
    *out = child;
    return 0;
}

int namei_create(struct walk *walk, mode_t mode, struct dentry **out)
{
    int err = mount_write_get(walk->at.mount);

    if (err)
        return err;
    err = create_child(walk, mode, out);
    mount_write_put(walk->at.mount);
    return err;
}

/* The last component found under the directory's lock: may it go, and then it does. */
static int remove_child(const struct walk *walk, struct dentry *child, bool is_dir)
{
    struct inode *dir = path_inode(&walk->at);
    int (*op)(struct inode *, struct dentry *) = is_dir ? dir->ops->rmdir : dir->ops->unlink;
    int err;

    if (walk->must_be_dir && !is_dir)
        return inode_is_dir(child->inode) ? -EISDIR : -ENOTDIR;
    err = may_remove(dir, child, is_dir, walk->cred);
    if (err)
        return err;
    return op ? op(dir, child) : -EPERM;
}

/* What a path that ends in `.`, `..` or nothing can't be removed by. */
static int special_error(enum walk_last type, bool is_dir)
{
    if (!is_dir)
        return -EISDIR;
    if (type == WALK_DOT)
        return -EINVAL;
    return type == WALK_DOTDOT ? -ENOTEMPTY : -EBUSY;
}

static int remove_last(const struct walk *walk, bool is_dir)
{
    struct inode *dir = path_inode(&walk->at);
    struct dentry *child = NULL;
    int err;

    if (walk->last_type != WALK_NAME)
        return special_error(walk->last_type, is_dir);
    err = mount_write_get(walk->at.mount);
    if (err)
        return err;
    mutex_lock(&dir->lock);
    err = dentry_lookup_locked(walk->at.dentry, &walk->last, &child);
    if (err == 0)
        err = remove_child(walk, child, is_dir);
    if (err == 0 && !is_dir)
        notify_inode(child->inode, IN_ATTRIB);
    if (err == 0)
        notify_name(dir, &walk->last, IN_DELETE | (is_dir ? IN_ISDIR : 0));
    mutex_unlock(&dir->lock);
    mount_write_put(walk->at.mount);
    if (child)
        dentry_put(child); /* may be the file's end: not under the directory's lock */
    return err;
}

static int path_remove(int dirfd, const char *name, bool is_dir)
{
    struct walk walk;
    int err = walk_begin(&walk, current->cred, dirfd, name, 0);

    if (err == 0)
        err = walk_parent(&walk);
    if (err == 0)
        err = remove_last(&walk, is_dir);
    walk_end(&walk);
    return err;
}

int path_unlink(int dirfd, const char *name)
{
    return path_remove(dirfd, name, false);
}

int path_rmdir(int dirfd, const char *name)
{
    return path_remove(dirfd, name, true);
}
