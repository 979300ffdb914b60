/*
 * What changes the tree of mounts: mount(2), umount(2), pivot_root(2). See mount.h.
 *
 * Each finds its places and takes what may sleep first, then checks and changes the tree in one
 * hold of namespace_lock; references that fall away are dropped behind it.
 */
#include "kernel/abi/errno.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/fs.h"
#include "kernel/vfs/mount_tree.h"

static uint32_t mount_count; /* in the tree; under namespace_lock */

/* A place where something is to be mounted, whose name stays meanwhile. */
struct mountpoint {
    struct path path;  /* with references: the topmost of what is mounted there */
    struct inode *dir; /* locked: the name is in it; NULL: the path is a root */
};

/* Locks the directory in which the dentry has its name. False: it was renamed meanwhile. */
static bool mountpoint_lock_dir(struct mountpoint *point)
{
    struct dentry *dentry = point->path.dentry;
    struct inode *dir = NULL;
    bool is_same;

    spin_lock(&namespace_lock);
    if (dentry->parent != dentry) {
        dir = dentry->parent->inode;
        inode_get(dir);
    }
    spin_unlock(&namespace_lock);
    point->dir = dir;
    if (!dir)
        return true;
    mutex_lock(&dir->lock);
    spin_lock(&namespace_lock);
    is_same = dentry->parent->inode == dir;
    spin_unlock(&namespace_lock);
    if (is_same)
        return true;
    mutex_unlock(&dir->lock);
    inode_put(dir);
    return false;
}

/* Returns with namespace_lock held. */
static void mountpoint_begin(struct mountpoint *point, const struct path *where)
{
    path_get(where);
    point->path = *where;
    mount_cross_down(&point->path);
    while (!mountpoint_lock_dir(point))
        continue;
    spin_lock(&namespace_lock);
}

static void mountpoint_end(struct mountpoint *point)
{
    spin_unlock(&namespace_lock);
    if (point->dir) {
        mutex_unlock(&point->dir->lock);
        inode_put(point->dir);
    }
    path_put(&point->path);
}

/* May a mount of `root` go there? */
static int mountpoint_check(const struct mountpoint *point, const struct dentry *root)
{
    const struct dentry *dentry = point->path.dentry;

    if (!mount_is_attached(point->path.mount))
        return -EINVAL;
    if (point->dir && !dentry_is_linked(dentry))
        return -ENOENT;
    if (mount_at(&point->path))
        return -EBUSY; /* it came this very moment */
    return inode_is_dir(dentry->inode) == inode_is_dir(root->inode) ? 0 : -ENOTDIR;
}

/* Hangs a mount at *where, which it takes references of. */
static void mount_link(struct mount *mount, const struct path *where)
{
    path_get(where);
    mount->parent = where->mount;
    mount->mountpoint = where->dentry;
    list_add_tail(&where->mount->children, &mount->sibling);
    atomic_or(&where->dentry->flags, DENTRY_MOUNTED);
}

/* True if a mount hangs at this dentry, of whatever parent. */
static bool dentry_is_mountpoint(const struct dentry *dentry)
{
    for (struct mount *mount = first_mount; mount; mount = mount_tree_next(mount, first_mount))
        if (mount->mountpoint == dentry)
            return true;
    return false;
}

/* Takes a mount off its place, whose references are the caller's then. */
static struct path mount_unlink(struct mount *mount)
{
    struct path where = {.mount = mount->parent, .dentry = mount->mountpoint};

    list_del_init(&mount->sibling);
    mount->parent = NULL;
    mount->mountpoint = NULL;
    if (!dentry_is_mountpoint(where.dentry))
        atomic_and(&where.dentry->flags, ~DENTRY_MOUNTED);
    return where;
}

/* mount(2)'s flags that a mount has from its beginning: relatime is the rule. */
static uint32_t mount_flags(unsigned long flags)
{
    if (!(flags & (MS_NOATIME | MS_STRICTATIME)))
        flags |= MS_RELATIME;
    else
        flags &= ~MS_RELATIME;
    return (uint32_t)flags & MS_MOUNT_FLAGS & ~(uint32_t)MS_UNBINDABLE;
}

static int mount_set_readonly(int32_t *writers, unsigned long flags)
{
    if (flags & MS_RDONLY)
        return writing_forbid(writers);
    writing_allow(writers);
    return 0;
}

/* Hangs a fresh mount into the tree, which takes over its reference. */
static int mount_attach(struct mount *mount, const struct path *where)
{
    struct mountpoint point;
    int err;

    mountpoint_begin(&point, where);
    err = mountpoint_check(&point, mount->root);
    if (err == 0 && point.path.dentry == point.path.mount->root &&
        point.path.mount->sb == mount->sb)
        err = -EBUSY; /* the same twice */
    if (err == 0 && mount_count >= MOUNTS_MAX)
        err = -ENOSPC;
    if (err == 0) {
        mount_link(mount, &point.path);
        mount_count++;
    }
    mountpoint_end(&point);
    return err;
}

static int mount_attach_first(struct mount *mount)
{
    int err = -EBUSY;

    spin_lock(&namespace_lock);
    if (!first_mount) {
        first_mount = mount;
        mount_count = 1;
        err = 0;
    }
    spin_unlock(&namespace_lock);
    return err;
}

int mount_new(const char *type, const char *source, const char *options, unsigned long flags,
              const struct path *where)
{
    const struct fs_type *fs_type = fs_type_find(type);
    struct superblock *sb;
    struct mount *mount;
    int err;

    if (!fs_type)
        return -ENODEV;
    err = fs_type->create(fs_type, options, &sb);
    if (err)
        return err;
    mount = mount_create(sb, sb->root, source);
    if (!mount) {
        superblock_put(sb);
        return -ENOMEM;
    }
    mount->flags = mount_flags(flags);
    (void)mount_set_readonly(&mount->writers, flags); /* nobody writes to what is new */
    if (!fs_type->is_single) {
        sb->flags = (uint32_t)flags & MS_SB_FLAGS;
        err = mount_set_readonly(&sb->writers, flags);
    }
    if (err == 0)
        err = where ? mount_attach(mount, where) : mount_attach_first(mount);
    if (err)
        mount_put(mount);
    return err;
}

/* A copy of a mount, in no tree, of what is below `root`. NULL: no memory. */
static struct mount *mount_copy(const struct mount *from, struct dentry *root)
{
    struct mount *copy = mount_create(from->sb, root, from->source);

    if (!copy)
        return NULL;
    superblock_get(from->sb);
    copy->flags = atomic_load(&from->flags);
    if (atomic_load(&from->writers) == WRITING_FORBIDDEN)
        copy->writers = WRITING_FORBIDDEN;
    return copy;
}

/* The next of a tree to copy: not below what can't be bound, nor outside of what is copied. */
static struct mount *copy_next(struct mount *mount, const struct mount *top, bool skip_below)
{
    if (!skip_below)
        return mount_tree_next(mount, top);
    for (; mount != top; mount = mount->parent)
        if (mount->sibling.next != &mount->parent->children)
            return list_entry(mount->sibling.next, struct mount, sibling);
    return NULL;
}

/* Copies what is mounted below *from into the tree of `copy`. *count: mounts made. While a mount
 * has been copied, the copy of its parent is the one at the same depth of the new tree. */
static int tree_copy(const struct path *from, struct mount *copy, uint32_t *count)
{
    struct mount *source = from->mount, *parent = from->mount, *copied_parent = copy;
    bool skip = false;

    while ((source = copy_next(source, from->mount, skip))) {
        struct path place;
        struct mount *made;

        for (; parent != source->parent; parent = parent->parent)
            copied_parent = copied_parent->parent;
        place = (struct path){.mount = copied_parent, .dentry = source->mountpoint};
        skip = mount_has(source, MS_UNBINDABLE) ||
               (parent == from->mount && !dentry_is_below(source->mountpoint, from->dentry));
        if (skip)
            continue;
        made = mount_copy(source, source->root);
        if (!made)
            return -ENOMEM;
        mount_link(made, &place);
        ++*count;
        parent = source;
        copied_parent = made;
    }
    return 0;
}

/* Takes a tree of mounts apart: all of it ends up on the list, by `sibling`, each with the
 * references that the tree had. Under namespace_lock. */
static void tree_dissolve(struct mount *top, struct list *gone)
{
    struct list left = LIST_INIT(left);
    struct mount *mount;

    list_del_init(&top->sibling);
    list_add_tail(&left, &top->sibling);
    while ((mount = list_first_entry(&left, struct mount, sibling))) {
        list_splice_tail(&left, &mount->children);
        list_del(&mount->sibling);
        list_add_tail(gone, &mount->sibling);
        mount->left = mount->parent;
        mount->parent = NULL;
    }
}

/* Drops what tree_dissolve has put on the list. */
static void tree_release(struct list *gone)
{
    struct mount *mount;

    while ((mount = list_first_entry(gone, struct mount, sibling))) {
        struct path where = {.mount = mount->left, .dentry = mount->mountpoint};

        spin_lock(&namespace_lock);
        list_del_init(&mount->sibling);
        mount->left = NULL;
        mount->mountpoint = NULL;
        if (where.dentry && !dentry_is_mountpoint(where.dentry))
            atomic_and(&where.dentry->flags, ~DENTRY_MOUNTED);
        spin_unlock(&namespace_lock);
        path_put(&where);
        mount_put(mount);
    }
}

/* Under namespace_lock: copies, checks, and hangs the copy in. A tree that failed is on `gone`. */
static int bind_locked(const struct path *from, const struct mountpoint *point, bool recursive,
                       struct list *gone)
{
    struct mount *copy;
    uint32_t count = 1;
    int err;

    if (!mount_is_attached(from->mount) || mount_has(from->mount, MS_UNBINDABLE))
        return -EINVAL;
    err = mountpoint_check(point, from->dentry);
    if (err)
        return err;
    copy = mount_copy(from->mount, from->dentry);
    if (!copy)
        return -ENOMEM;
    if (recursive)
        err = tree_copy(from, copy, &count);
    if (err == 0 && (count > MOUNTS_MAX || mount_count > MOUNTS_MAX - count))
        err = -ENOSPC;
    if (err) {
        tree_dissolve(copy, gone);
        return err;
    }
    mount_link(copy, &point->path);
    mount_count += count;
    return 0;
}

int mount_bind(const struct path *from, const struct path *where, bool recursive)
{
    struct list gone = LIST_INIT(gone);
    struct mountpoint point;
    int err;

    mountpoint_begin(&point, where);
    err = bind_locked(from, &point, recursive, &gone);
    mountpoint_end(&point);
    tree_release(&gone);
    return err;
}

static int move_check(const struct path *from, const struct mountpoint *point)
{
    const struct path root = {.mount = from->mount, .dentry = from->mount->root};
    int err;

    if (from->dentry != from->mount->root || !from->mount->parent)
        return -EINVAL;
    err = mountpoint_check(point, from->dentry);
    if (err)
        return err == -ENOTDIR ? -EINVAL : err;
    return path_is_below_locked(&point->path, &root) ? -ELOOP : 0;
}

int mount_move(const struct path *from, const struct path *where)
{
    struct path left = {0};
    struct mountpoint point;
    int err;

    mountpoint_begin(&point, where);
    err = move_check(from, &point);
    if (err == 0) {
        left = mount_unlink(from->mount);
        mount_link(from->mount, &point.path);
    }
    mountpoint_end(&point);
    path_put(&left);
    return err;
}

/* Changing a mount that exists: the path must lead to the root of one in the tree. */
static int mounted_check(const struct path *path)
{
    return path->dentry == path->mount->root && mount_is_attached(path->mount) ? 0 : -EINVAL;
}

/* Without a word on times of access they stay as they are. Under namespace_lock. */
static int reflag_locked(struct mount *mount, unsigned long flags)
{
    uint32_t old = atomic_load(&mount->flags), fresh = mount_flags(flags);
    int err = mount_set_readonly(&mount->writers, flags);

    if (err)
        return err;
    if (!(flags & (MS_ATIME_FLAGS | MS_STRICTATIME)))
        fresh = (fresh & ~(uint32_t)MS_ATIME_FLAGS) | (old & (uint32_t)MS_ATIME_FLAGS);
    atomic_store(&mount->flags, fresh | (old & (uint32_t)MS_UNBINDABLE));
    return 0;
}

int mount_reflag(const struct path *path, unsigned long flags)
{
    int err;

    spin_lock(&namespace_lock);
    err = mounted_check(path);
    if (err == 0)
        err = reflag_locked(path->mount, flags);
    spin_unlock(&namespace_lock);
    return err;
}

int mount_remount(const struct path *path, unsigned long flags, const char *options)
{
    struct superblock *sb = path->mount->sb;
    int err;

    spin_lock(&namespace_lock);
    err = mounted_check(path);
    spin_unlock(&namespace_lock);
    if (err)
        return err;
    if (sb->ops->reconfigure)
        err = sb->ops->reconfigure(sb, options);
    else if (*options != '\0')
        err = -EINVAL;
    if (err == 0)
        err = mount_set_readonly(&sb->writers, flags);
    if (err)
        return err;
    atomic_store(&sb->flags, (uint32_t)flags & MS_SB_FLAGS);
    return mount_reflag(path, flags);
}

int mount_set_unbindable(const struct path *path, bool unbindable, bool recursive)
{
    int err;

    spin_lock(&namespace_lock);
    err = mounted_check(path);
    for (struct mount *mount = err ? NULL : path->mount; mount;
         mount = recursive ? mount_tree_next(mount, path->mount) : NULL) {
        if (unbindable)
            atomic_or(&mount->flags, (uint32_t)MS_UNBINDABLE);
        else
            atomic_and(&mount->flags, ~(uint32_t)MS_UNBINDABLE);
    }
    spin_unlock(&namespace_lock);
    return err;
}

/* In use by others than the tree and who asks. Under namespace_lock nobody begins to use a mount
 * that is used by the tree alone. */
static bool mount_is_busy(const struct mount *mount)
{
    return !list_empty(&mount->children) || refcount_read(&mount->ref) > 2;
}

/* umount2(2) under namespace_lock: what is taken out of the tree ends up on `gone`. */
static int unmount_locked(const struct path *path, unsigned flags, struct list *gone)
{
    struct mount *mount = path->mount;
    int err = mounted_check(path);

    if (err)
        return err;
    if (!mount->parent)
        return -EINVAL; /* the first mount stays */
    if (!(flags & MNT_DETACH) && mount_is_busy(mount))
        return -EBUSY;
    if ((flags & MNT_EXPIRE) && !atomic_swap(&mount->expires, 1))
        return -EAGAIN;
    for (struct mount *each = mount; each; each = mount_tree_next(each, mount))
        mount_count--;
    tree_dissolve(mount, gone);
    return 0;
}

/* umount of the root that a process sees, unless it is detached: nobody can write to it any more.
 */
static int unmount_root(struct mount *mount)
{
    return writing_forbid(&mount->sb->writers);
}

static bool is_own_root(const struct mount *mount)
{
    struct path root;
    bool is_own;

    fs_context_root(current->fs, &root);
    is_own = root.mount == mount;
    path_put(&root);
    return is_own;
}

int mount_unmount(struct path *path, unsigned flags)
{
    struct list gone = LIST_INIT(gone);
    bool is_root = is_own_root(path->mount);
    int err;

    if (is_root && (flags & MNT_EXPIRE)) {
        err = -EINVAL;
    } else if (is_root && !(flags & MNT_DETACH)) {
        err = path->dentry == path->mount->root ? unmount_root(path->mount) : -EINVAL;
    } else {
        spin_lock(&namespace_lock);
        err = unmount_locked(path, flags, &gone);
        spin_unlock(&namespace_lock);
    }
    dentry_put(path->dentry);
    mount_put_unused(path->mount);
    tree_release(&gone);
    return err;
}

/* pivot_root(2)'s conditions, under namespace_lock. */
static int pivot_check(const struct path *root, const struct path *new_root,
                       const struct path *put_old)
{
    if (!mount_is_attached(root->mount) || !mount_is_attached(new_root->mount) ||
        !mount_is_attached(put_old->mount))
        return -EINVAL;
    if (new_root->mount == root->mount || put_old->mount == root->mount)
        return -EBUSY;
    if (root->dentry != root->mount->root || !root->mount->parent)
        return -EINVAL;
    if (new_root->dentry != new_root->mount->root || !new_root->mount->parent)
        return -EINVAL;
    if (!path_is_below_locked(put_old, new_root) || !path_is_below_locked(new_root, root))
        return -EINVAL;
    return 0;
}

int mount_pivot(const struct path *new_root, const struct path *put_old)
{
    struct path root, left_new = {0}, left_root = {0};
    struct mountpoint point;
    int err;

    fs_context_root(current->fs, &root);
    mountpoint_begin(&point, put_old);
    err = pivot_check(&root, new_root, &point.path);
    if (err == 0 && point.dir && !dentry_is_linked(point.path.dentry))
        err = -ENOENT;
    if (err == 0) {
        left_new = mount_unlink(new_root->mount);
        left_root = mount_unlink(root.mount);
        mount_link(root.mount, &point.path);
        mount_link(new_root->mount, &left_root);
    }
    mountpoint_end(&point);
    if (err == 0)
        fs_contexts_replace(&root, new_root);
    path_put(&left_new);
    path_put(&left_root);
    path_put(&root);
    return err;
}
