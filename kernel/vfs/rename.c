/*
 * rename(2), renameat2(2).
 *
 * All renames are one after the other (rename_lock): so the tree's shape is fixed while ancestors
 * are compared, and two directories can be locked without deadlock.
 */
#include "kernel/abi/errno.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/may.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/namei.h"
#include "kernel/vfs/notify.h"
#include "kernel/vfs/walk.h"

static struct mutex rename_lock = MUTEX_INIT(rename_lock, RANK_VFS_RENAME);

/* A renaming under way: the walks to both parents, and the request for the file system. */
struct renaming {
    struct walk from, to;
    struct rename op; /* dentries NULL until found */
    unsigned flags;
};

static int renaming_walk(struct walk *walk, int dirfd, const char *name)
{
    int err = walk_begin(walk, current->cred, dirfd, name, 0);

    return err ? err : walk_parent(walk);
}

/* The last components must be names, on one mount. */
static int renaming_check_walks(const struct renaming *renaming)
{
    if (renaming->from.at.mount != renaming->to.at.mount)
        return -EXDEV;
    if (renaming->from.last_type != WALK_NAME)
        return -EBUSY;
    if (renaming->to.last_type != WALK_NAME)
        return renaming->flags & RENAME_NOREPLACE ? -EEXIST : -EBUSY;
    return 0;
}

/* Looks both names up under the directories' locks. */
static int renaming_lookup(struct renaming *renaming)
{
    struct rename *op = &renaming->op;
    struct walk *from = &renaming->from, *to = &renaming->to;
    int err = dentry_lookup_locked(from->at.dentry, &from->last, &op->old);

    if (err)
        return err;
    err = dentry_lookup_locked(to->at.dentry, &to->last, &op->victim);
    if (err == -ENOENT && !op->exchange)
        err = 0;
    if (err)
        return err;
    if (op->victim && (renaming->flags & RENAME_NOREPLACE))
        return -EEXIST;
    return 0;
}

/* Trailing slashes ask for a directory; nothing moves below itself. */
static int renaming_check_shape(const struct renaming *renaming)
{
    const struct rename *op = &renaming->op;
    const struct dentry *to = renaming->to.at.dentry, *from = renaming->from.at.dentry;
    bool slash_on_file;

    slash_on_file = !inode_is_dir(op->old->inode) &&
                    (renaming->from.must_be_dir || (renaming->to.must_be_dir && !op->exchange));
    if (op->exchange && renaming->to.must_be_dir && !inode_is_dir(op->victim->inode))
        slash_on_file = true;
    if (slash_on_file)
        return -ENOTDIR;
    if (dentry_is_below(to, op->old))
        return -EINVAL;
    if (op->victim && dentry_is_below(from, op->victim))
        return op->exchange ? -EINVAL : -ENOTEMPTY;
    return 0;
}

/* A directory that gets another parent has its `..` written. */
static int may_reparent(const struct rename *op, const struct dentry *dentry,
                        const struct cred *cred)
{
    if (op->old_dir == op->new_dir || !inode_is_dir(dentry->inode))
        return 0;
    return inode_permission(dentry->inode, cred, MAY_WRITE);
}

static int renaming_check_rights(const struct renaming *renaming)
{
    const struct rename *op = &renaming->op;
    const struct cred *cred = renaming->from.cred;
    bool old_is_dir = inode_is_dir(op->old->inode);
    int err = may_remove(op->old_dir, op->old, old_is_dir, cred);

    if (err)
        return err;
    if (!op->victim)
        err = may_create(op->new_dir, renaming->to.at.dentry, cred);
    else if (op->exchange)
        err = may_remove(op->new_dir, op->victim, inode_is_dir(op->victim->inode), cred);
    else
        err = may_remove(op->new_dir, op->victim, old_is_dir, cred);
    if (err == 0)
        err = may_reparent(op, op->old, cred);
    if (err == 0 && op->exchange)
        err = may_reparent(op, op->victim, cred);
    return err;
}

/* Under all locks. */
static int renaming_do(struct renaming *renaming)
{
    struct rename *op = &renaming->op;
    int err = renaming_lookup(renaming);

    if (err == 0)
        err = renaming_check_shape(renaming);
    if (err)
        return err;
    if (op->victim && op->victim->inode == op->old->inode)
        return 0; /* two names of one file: POSIX has rename do nothing */
    err = renaming_check_rights(renaming);
    if (err)
        return err;
    if (!op->old_dir->ops->rename)
        return -EPERM;
    err = dentry_create(renaming->to.at.dentry, &renaming->to.last, &op->fresh);
    if (err == 0 && (renaming->flags & RENAME_WHITEOUT))
        err = dentry_create(renaming->from.at.dentry, &renaming->from.last, &op->whiteout);
    return err ? err : op->old_dir->ops->rename(op);
}

/* Under all locks, the renaming done. */
static void renaming_notify(const struct renaming *renaming)
{
    const struct rename *op = &renaming->op;
    struct notify_move move = {
        .old_dir = op->old_dir,
        .new_dir = op->new_dir,
        .moved = op->old->inode,
        .victim = op->victim && !op->exchange ? op->victim->inode : NULL,
        .old_name = &renaming->from.last,
        .new_name = &renaming->to.last,
    };

    notify_move_slow(&move);
    if (!op->exchange)
        return;
    notify_move_slow(&(struct notify_move){.old_dir = op->new_dir,
                                           .new_dir = op->old_dir,
                                           .moved = op->victim->inode,
                                           .old_name = move.new_name,
                                           .new_name = move.old_name});
}

static void dirs_lock(struct inode *a, struct inode *b)
{
    if (a == b) {
        mutex_lock(&a->lock);
        return;
    }
    mutex_lock(a < b ? &a->lock : &b->lock);
    mutex_lock_nested(a < b ? &b->lock : &a->lock);
}

static void dirs_unlock(struct inode *a, struct inode *b)
{
    mutex_unlock(&a->lock);
    if (a != b)
        mutex_unlock(&b->lock);
}

static void dentry_put_if_any(struct dentry *dentry)
{
    if (dentry)
        dentry_put(dentry);
}

static int renaming_run(struct renaming *renaming)
{
    struct rename *op = &renaming->op;
    int err = renaming_check_walks(renaming);

    if (err == 0)
        err = mount_write_get(renaming->from.at.mount);
    if (err)
        return err;
    op->old_dir = path_inode(&renaming->from.at);
    op->new_dir = path_inode(&renaming->to.at);
    op->exchange = (renaming->flags & RENAME_EXCHANGE) != 0;
    mutex_lock(&rename_lock);
    dirs_lock(op->old_dir, op->new_dir);
    err = renaming_do(renaming);
    if (err == 0 && op->fresh && notify_is_wanted())
        renaming_notify(renaming);
    dirs_unlock(op->old_dir, op->new_dir);
    mutex_unlock(&rename_lock);
    mount_write_put(renaming->from.at.mount);
    dentry_put_if_any(op->old);
    dentry_put_if_any(op->victim);
    dentry_put_if_any(op->fresh);
    dentry_put_if_any(op->whiteout);
    return err;
}

int path_rename(int old_dirfd, const char *old_name, int new_dirfd, const char *new_name,
                unsigned flags)
{
    struct renaming renaming;
    int err;

    renaming.flags = flags;
    renaming.op = (struct rename){0};
    err = renaming_walk(&renaming.from, old_dirfd, old_name);
    if (err == 0) {
        err = renaming_walk(&renaming.to, new_dirfd, new_name);
        if (err == 0)
            err = renaming_run(&renaming);
        walk_end(&renaming.to);
    }
    walk_end(&renaming.from);
    return err;
}
