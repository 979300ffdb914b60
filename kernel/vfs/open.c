/*
 * open(2): from a name and flags to an open file description.
 */
#include "kernel/abi/errno.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/attr.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/namei.h"
#include "kernel/vfs/walk.h"

#define O_TMPFILE_BIT 020000000 /* O_TMPFILE without the O_DIRECTORY in it */
#define O_SYNC_BIT 04000000     /* O_SYNC without the O_DSYNC in it */

/* What open(2) knows; it ignores the rest. */
#define OPEN_FLAGS                                                                         \
    (O_ACCMODE | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_APPEND | O_NONBLOCK | O_DSYNC | \
     O_ASYNC | O_DIRECT | O_LARGEFILE | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC | \
     O_SYNC | O_PATH | O_TMPFILE)
#define O_PATH_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

struct opening {
    struct walk walk;
    unsigned flags;
    mode_t mode;
    bool created;
};

static unsigned access_of_flags(unsigned flags)
{
    static const uint8_t access[] = {MAY_READ, MAY_WRITE, MAY_READ | MAY_WRITE,
                                     MAY_READ | MAY_WRITE};

    return access[flags & O_ACCMODE] | (flags & O_TRUNC ? MAY_WRITE : 0);
}

/* Drops what is to be ignored, and refuses what can't be. */
static int flags_check(unsigned *flags)
{
    *flags &= OPEN_FLAGS;
    if (*flags & O_PATH) {
        *flags &= O_PATH_FLAGS;
        return 0;
    }
    if (*flags & O_SYNC_BIT)
        *flags |= O_DSYNC;
    if (*flags & O_TMPFILE_BIT) {
        if (!(*flags & O_DIRECTORY) || (*flags & O_CREAT) || !(access_of_flags(*flags) & MAY_WRITE))
            return -EINVAL;
        return -EOPNOTSUPP;
    }
    if ((*flags & (O_CREAT | O_DIRECTORY)) == (O_CREAT | O_DIRECTORY))
        return -EINVAL;
    return 0;
}

/* Finds the last component for O_CREAT: what is there, or a new file. A reference in *out. */
static int find_or_create(struct opening *opening, struct dentry **out)
{
    struct walk *walk = &opening->walk;
    struct inode *dir = path_inode(&walk->at);
    int err;

    if (walk->must_be_dir)
        return -EISDIR;
    err = dentry_lookup(walk->at.dentry, &walk->last, out);
    if (err != -ENOENT)
        return err;
    mutex_lock(&dir->lock);
    err = dentry_lookup_locked(walk->at.dentry, &walk->last, out);
    if (err == -ENOENT) {
        err = namei_create(walk, opening->mode, out);
        opening->created = err == 0;
    }
    mutex_unlock(&dir->lock);
    return err;
}

/* Should a symbolic link at the end be followed? */
static bool follow_last(const struct opening *opening)
{
    if (opening->walk.must_be_dir)
        return true;
    if (opening->flags & O_NOFOLLOW)
        return false;
    return (opening->flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL);
}

/* Goes to the last component, through symbolic links, and makes it if it is to be made. */
static int opening_walk(struct opening *opening)
{
    struct walk *walk = &opening->walk;

    for (;;) {
        struct dentry *child;
        int err = walk_parent(walk);

        if (err)
            return err;
        if (walk->last_type != WALK_NAME) {
            walk_enter_special(walk);
            return 0;
        }
        if (opening->flags & O_CREAT)
            err = find_or_create(opening, &child);
        else
            err = dentry_lookup(walk->at.dentry, &walk->last, &child);
        if (err)
            return err;
        if (!inode_is_link(child->inode) || !follow_last(opening)) {
            walk_enter(walk, child);
            return 0;
        }
        err = walk_follow(walk, child);
        dentry_put(child);
        if (err)
            return err;
    }
}

/* Permission to open what the walk has come to; a file just made needs none. */
static int opening_check(const struct opening *opening)
{
    struct inode *inode = path_inode(&opening->walk.at);
    unsigned flags = opening->flags;
    unsigned access = access_of_flags(flags);
    int err;

    if (opening->created)
        return 0;
    if (flags & O_CREAT) {
        if (flags & O_EXCL)
            return -EEXIST;
        if (inode_is_dir(inode))
            return -EISDIR;
    }
    if (((flags & O_DIRECTORY) || opening->walk.must_be_dir) && !inode_is_dir(inode))
        return -ENOTDIR;
    if (flags & O_PATH)
        return 0;
    if (inode_is_link(inode))
        return -ELOOP;
    if (inode_is_dir(inode) && (access & MAY_WRITE))
        return -EISDIR;
    err = inode_permission(inode, opening->walk.cred, access);
    if (err == 0 && (flags & O_NOATIME) && !inode_owned(inode, opening->walk.cred))
        err = -EPERM;
    return err;
}

/* Opens the place that was found and checked. */
static int opening_finish(const struct opening *opening, struct file **out)
{
    const struct path *path = &opening->walk.at;
    bool truncate =
        (opening->flags & O_TRUNC) && !opening->created && S_ISREG(path_inode(path)->mode);
    int err;

    if ((opening->flags & (O_DIRECT | O_PATH)) == O_DIRECT)
        return -EINVAL; /* as Linux says where a file can only be read through the page cache */
    err = file_open_path(path, opening->flags, out);
    if (err || !truncate)
        return err;
    err = inode_truncate(path_inode(path), 0, true);
    if (err)
        file_put(*out);
    return err;
}

int path_open(int dirfd, const char *name, int flags, mode_t mode, struct file **out)
{
    struct opening opening;
    int err;

    opening.flags = (unsigned)flags;
    opening.mode = mode;
    opening.created = false;
    err = flags_check(&opening.flags);
    if (err)
        return err;
    err = walk_begin(&opening.walk, current->cred, dirfd, name, 0);
    if (err == 0)
        err = opening_walk(&opening);
    if (err == 0)
        err = opening_check(&opening);
    if (err == 0)
        err = opening_finish(&opening, out);
    walk_end(&opening.walk);
    return err;
}
