/*
 * Changing attributes with the rules of who may. See attr.h.
 *
 * Test and change are one step under the inode's mutex: else a file's old owner could race a chown
 * and leave a set-user-ID bit on what is somebody else's by then.
 */
#include "kernel/vfs/attr.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/resource.h"
#include "kernel/abi/signal.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/hooks.h"
#include "kernel/vfs/mount.h"

static bool inode_is_fixed(const struct inode *inode)
{
    return inode->sb->type->is_fixed;
}

static int inode_chmod(struct inode *inode, mode_t mode)
{
    const struct cred *cred = current->cred;
    struct attr attr = {.valid = ATTR_MODE, .mode = mode & 07777};
    int err = 0;

    mutex_lock(&inode->lock);
    if (inode_is_fixed(inode))
        err = -EOPNOTSUPP;
    else if (!inode_owned(inode, cred))
        err = -EPERM;
    else if (inode_is_link(inode))
        err = -EOPNOTSUPP;
    if (cred->fsuid != 0 && !cred_in_group(cred, inode->gid))
        attr.mode &= ~(mode_t)S_ISGID;
    if (err == 0)
        inode_setattr(inode, &attr);
    mutex_unlock(&inode->lock);
    return err;
}

/* The owner may give a file to a group of his; only root may give it to somebody else. */
static bool may_chown(const struct inode *inode, uid_t uid, gid_t gid, const struct cred *cred)
{
    if (cred->fsuid == 0)
        return true;
    if (uid != (uid_t)-1 && (cred->fsuid != inode->uid || uid != inode->uid))
        return false;
    if (gid == (gid_t)-1)
        return true;
    return cred->fsuid == inode->uid && (gid == inode->gid || cred_in_group(cred, gid));
}

static int inode_chown(struct inode *inode, uid_t uid, gid_t gid)
{
    struct attr attr = {.uid = uid, .gid = gid};
    int err = 0;

    mutex_lock(&inode->lock);
    attr.mode = inode_mode_without_privileges(inode, current->cred);
    if (uid != (uid_t)-1)
        attr.valid |= ATTR_UID;
    if (gid != (gid_t)-1)
        attr.valid |= ATTR_GID;
    if (attr.mode != inode->mode)
        attr.valid |= ATTR_MODE;
    if (inode_is_fixed(inode))
        err = -EOPNOTSUPP;
    else if (!may_chown(inode, uid, gid, current->cred) ||
             ((attr.valid & ATTR_MODE) && !inode_owned(inode, current->cred)))
        err = -EPERM;
    else
        inode_setattr(inode, &attr);
    mutex_unlock(&inode->lock);
    return err;
}

/* Fills in one time unless it stays as it is. */
static void attr_time(struct attr *attr, unsigned which, const struct timespec *time,
                      struct timespec *to)
{
    if (time && time->tv_nsec == UTIME_OMIT)
        return;
    attr->valid |= which;
    *to = time && time->tv_nsec != UTIME_NOW ? *time : time_now();
}

/* "Now" is for all who may write, other times for the owner. */
static int may_set_times(struct inode *inode, bool now)
{
    bool owned = inode_owned(inode, current->cred);
    int err = now && !owned ? inode_permission(inode, current->cred, MAY_WRITE) : 0;

    if (err)
        return err;
    if (inode_is_fixed(inode))
        return -EOPNOTSUPP;
    return now || owned ? 0 : -EPERM;
}

static int inode_set_times(struct inode *inode, const struct timespec times[2])
{
    struct attr attr = {0};
    bool now = !times || (times[0].tv_nsec == UTIME_NOW && times[1].tv_nsec == UTIME_NOW);
    int err;

    attr_time(&attr, ATTR_ATIME, times ? &times[0] : NULL, &attr.atime);
    attr_time(&attr, ATTR_MTIME, times ? &times[1] : NULL, &attr.mtime);
    mutex_lock(&inode->lock);
    err = may_set_times(inode, now);
    if (err == 0)
        inode_setattr(inode, &attr);
    mutex_unlock(&inode->lock);
    return err;
}

/* Under the lock, and counted as a writer. */
static int truncate_locked(struct inode *inode, loff_t size, bool touch)
{
    bool changes = size != inode_size(inode);
    int err;

    if (size > inode_size(inode) && (unsigned long)size > vfs_hooks.limit(RLIMIT_FSIZE)) {
        vfs_hooks.signal(SIGXFSZ);
        return -EFBIG;
    }
    err = inode->ops->truncate ? inode->ops->truncate(inode, size) : -EINVAL;
    if (err)
        return err;
    inode_clear_privileges(inode, current->cred);
    if (changes || touch)
        inode_touch(inode, TOUCH_MTIME | TOUCH_CTIME);
    return 0;
}

static int inode_truncate(struct inode *inode, loff_t size, bool touch)
{
    int err;

    if (inode_is_dir(inode))
        return -EISDIR;
    if (!S_ISREG(inode->mode) || size < 0)
        return -EINVAL;
    err = inode_write_get(inode);
    if (err)
        return err;
    mutex_lock(&inode->lock);
    err = truncate_locked(inode, size, touch);
    mutex_unlock(&inode->lock);
    inode_write_put(inode);
    return err;
}

int path_chmod(const struct path *path, mode_t mode)
{
    int err = mount_write_get(path->mount);

    if (err)
        return err;
    err = inode_chmod(path_inode(path), mode);
    mount_write_put(path->mount);
    return err;
}

int path_chown(const struct path *path, uid_t uid, gid_t gid)
{
    int err = mount_write_get(path->mount);

    if (err)
        return err;
    err = inode_chown(path_inode(path), uid, gid);
    mount_write_put(path->mount);
    return err;
}

int path_set_times(const struct path *path, const struct timespec times[2])
{
    int err = mount_write_get(path->mount);

    if (err)
        return err;
    err = inode_set_times(path_inode(path), times);
    mount_write_put(path->mount);
    return err;
}

int path_truncate(const struct path *path, loff_t size, bool touch)
{
    int err = mount_write_get(path->mount);

    if (err)
        return err;
    err = inode_truncate(path_inode(path), size, touch);
    mount_write_put(path->mount);
    return err;
}
