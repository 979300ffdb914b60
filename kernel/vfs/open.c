/*
 * open(2): from a name and flags to an open file description.
 */
#include "kernel/abi/errno.h"
#include "kernel/lib/format.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/attr.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/namei.h"
#include "kernel/vfs/notify.h"
#include "kernel/vfs/walk.h"

#define O_TMPFILE_BIT 020000000 /* O_TMPFILE without the O_DIRECTORY in it */
#define O_SYNC_BIT 04000000     /* O_SYNC without the O_DSYNC in it */

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
        return 0;
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
        if (walk->last_type != WALK_NAME)
            return walk_enter_special(walk);
        if (opening->flags & O_CREAT)
            err = find_or_create(opening, &child);
        else
            err = dentry_lookup(walk->at.dentry, &walk->last, &child);
        if (err)
            return err;
        if (!inode_is_link(child->inode) || !follow_last(opening))
            return walk_enter(walk, child);
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
    if ((S_ISCHR(inode->mode) || S_ISBLK(inode->mode)) &&
        mount_has(opening->walk.at.mount, MS_NODEV))
        return -EACCES;
    err = inode_permission(inode, opening->walk.cred, access);
    if (err == 0 && (flags & O_NOATIME) && !inode_owned(inode, opening->walk.cred))
        err = -EPERM;
    return err;
}

/* Opens the place that was found and checked; *file, if not NULL afterwards, is the caller's. */
static int opening_finish(const struct opening *opening, struct file **file)
{
    const struct path *path = &opening->walk.at;
    bool truncate =
        (opening->flags & O_TRUNC) && !opening->created && S_ISREG(path_inode(path)->mode);
    int err;

    if ((opening->flags & (O_DIRECT | O_PATH)) == O_DIRECT)
        return -EINVAL; /* as Linux says where a file can only be read through the page cache */
    err = file_open_blank(path, opening->flags, *file);
    if (err == 0 && !(opening->flags & O_PATH))
        notify_path(path, IN_OPEN);
    if (err || !truncate)
        return err;
    err = path_truncate(path, 0, true);
    if (err) {
        file_put(*file);
        *file = NULL;
    } else {
        notify_path(path, IN_MODIFY);
    }
    return err;
}

/* O_TMPFILE: makes a file without a name in the directory that the walk leads to. */
static int tmpfile_make(struct opening *opening, struct inode **out)
{
    struct inode *dir = path_inode(&opening->walk.at);
    int err;

    if (!inode_is_dir(dir))
        return -ENOTDIR;
    err = inode_permission(dir, opening->walk.cred, MAY_WRITE | MAY_EXEC);
    if (err)
        return err;
    if (!dir->ops->tmpfile)
        return -EOPNOTSUPP;
    err = mount_write_get(opening->walk.at.mount);
    if (err)
        return err;
    err = dir->ops->tmpfile(dir, S_IFREG | umask_apply(opening->mode & 07777), out);
    mount_write_put(opening->walk.at.mount);
    if (err == 0)
        (*out)->may_be_named = !(opening->flags & O_EXCL);
    return err;
}

/* Gives the file a place to be opened at, which takes over its reference: a dentry that is in no
 * tree, with its number for a name, as /proc shows it. */
static int tmpfile_place(const struct walk *walk, struct inode *inode, struct dentry **out)
{
    char text[24];
    struct name name = {.text = text};
    int err;

    name.length = (uint32_t)format_string(text, sizeof(text), "#%lu", inode->number);
    err = dentry_create(walk->at.dentry, &name, out);
    if (err)
        inode_put(inode);
    else
        (*out)->inode = inode;
    return err;
}

static int opening_walk_tmpfile(struct opening *opening)
{
    struct walk *walk = &opening->walk;
    struct dentry *place;
    struct inode *inode;
    int err;

    if (!(opening->flags & O_NOFOLLOW))
        walk->flags |= LOOKUP_FOLLOW;
    err = walk_whole(walk);
    if (err == 0)
        err = tmpfile_make(opening, &inode);
    if (err == 0)
        err = tmpfile_place(walk, inode, &place);
    if (err)
        return err;
    dentry_put(walk->at.dentry);
    walk->at.dentry = place;
    opening->created = true;
    return 0;
}

int path_open(int dirfd, const char *name, int flags, mode_t mode, unsigned resolve,
              struct file **out)
{
    struct opening opening;
    struct file *file;
    int err;

    opening.flags = (unsigned)flags;
    opening.mode = mode;
    opening.created = false;
    err = flags_check(&opening.flags);
    if (err == 0)
        err = file_alloc(&file); /* first: no file is made that then can't be opened */
    if (err)
        return err;
    err = walk_begin(&opening.walk, current->cred, dirfd, name, LOOKUP_RESOLVE(resolve));
    if (err == 0)
        err =
            opening.flags & O_TMPFILE_BIT ? opening_walk_tmpfile(&opening) : opening_walk(&opening);
    if (err == 0)
        err = walk_check_scope(&opening.walk);
    if (err == 0)
        err = opening_check(&opening);
    if (err == 0)
        err = opening_finish(&opening, &file);
    if (err)
        file_discard(file);
    else
        *out = file;
    walk_end(&opening.walk);
    return err;
}
