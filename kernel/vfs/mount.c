/*
 * The tree of mounts, and what each of them forbids. See mount.h for locking; mount_change.c is
 * what changes the tree.
 */
#include "kernel/vfs/mount.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/vfs/mount_tree.h"

struct spinlock namespace_lock = SPINLOCK_INIT(RANK_MOUNT);

struct mount *first_mount;  /* under namespace_lock */
static uint32_t last_mount; /* atomic */

struct mount *mount_create(struct superblock *sb, struct dentry *root, const char *source)
{
    struct mount *mount = kzalloc(sizeof(*mount));

    if (!mount)
        return NULL;
    mount->source = kmalloc(strlen(source) + 1);
    if (!mount->source) {
        kfree(mount);
        return NULL;
    }
    strlcpy(mount->source, source, strlen(source) + 1);
    refcount_init(&mount->ref);
    mount->number = atomic_add(&last_mount, 1);
    mount->sb = sb;
    mount->root = root;
    mount->flags = MS_RELATIME;
    if (root)
        dentry_get(root);
    list_init(&mount->children);
    list_init(&mount->sibling);
    return mount;
}

void mount_get(struct mount *mount)
{
    refcount_get(&mount->ref);
}

void mount_put(struct mount *mount)
{
    if (unlikely(atomic_load(&mount->expires)))
        atomic_store(&mount->expires, 0);
    mount_put_unused(mount);
}

/* A mount that is attached is kept by the tree; one that isn't goes with its last user. */
void mount_put_unused(struct mount *mount)
{
    if (!refcount_put(&mount->ref))
        return;
    if (mount->root)
        dentry_put(mount->root);
    superblock_put(mount->sb);
    kfree(mount->source);
    kfree(mount);
}

int mount_anonymous(const struct fs_type *type, const struct superblock_ops *ops,
                    struct mount **out)
{
    struct superblock *sb = superblock_create(type, ops);

    if (!sb)
        return -ENOMEM;
    *out = mount_create(sb, NULL, type->name);
    if (!*out) {
        superblock_put(sb);
        return -ENOMEM;
    }
    return 0;
}

int path_create_anonymous(struct mount *mount, struct inode *inode, struct path *out)
{
    int err = dentry_create_root(mount->sb, inode, &out->dentry);

    if (err)
        return err;
    mount_get(mount);
    out->mount = mount;
    return 0;
}

void mount_root_path(struct path *path)
{
    spin_lock(&namespace_lock);
    assert(first_mount);
    path->mount = first_mount;
    path->dentry = first_mount->root;
    path_get(path);
    spin_unlock(&namespace_lock);
}

bool mount_is_attached(const struct mount *mount)
{
    return mount->parent || mount == first_mount;
}

struct mount *mount_tree_next(struct mount *mount, const struct mount *top)
{
    if (!list_empty(&mount->children))
        return list_first_entry(&mount->children, struct mount, sibling);
    for (; mount != top; mount = mount->parent)
        if (mount->sibling.next != &mount->parent->children)
            return list_entry(mount->sibling.next, struct mount, sibling);
    return NULL;
}

struct mount *mount_at(const struct path *path)
{
    struct mount *found = NULL;
    struct mount *mount;

    list_for_each_entry (mount, &path->mount->children, sibling) {
        if (mount->mountpoint == path->dentry)
            found = mount;
    }
    return found;
}

void mount_cross_down(struct path *path)
{
    while (atomic_load(&path->dentry->flags) & DENTRY_MOUNTED) {
        struct mount *mount;

        spin_lock(&namespace_lock);
        mount = mount_at(path);
        if (mount)
            mount_get(mount);
        spin_unlock(&namespace_lock);
        if (!mount)
            break;
        path_put(path);
        path->mount = mount;
        path->dentry = mount->root;
        dentry_get(mount->root);
    }
}

bool path_is_below_locked(const struct path *path, const struct path *above)
{
    struct path at = *path;

    while (at.mount != above->mount && at.mount->parent)
        at = (struct path){.mount = at.mount->parent, .dentry = at.mount->mountpoint};
    while (!path_equal(&at, above) && at.dentry != at.mount->root && at.dentry->parent != at.dentry)
        at.dentry = at.dentry->parent;
    return path_equal(&at, above);
}

bool path_is_below(const struct path *path, const struct path *above)
{
    bool is_below;

    spin_lock(&namespace_lock);
    is_below = path_is_below_locked(path, above);
    spin_unlock(&namespace_lock);
    return is_below;
}

/* The place above *path; the same one at the top. With references; under namespace_lock. */
static struct path path_above(const struct path *path, const struct path *root)
{
    struct path at = *path;

    while (!path_equal(&at, root) && at.dentry == at.mount->root && at.mount->parent)
        at = (struct path){.mount = at.mount->parent, .dentry = at.mount->mountpoint};
    if (!path_equal(&at, root) && at.dentry != at.mount->root)
        at.dentry = at.dentry->parent;
    path_get(&at);
    return at;
}

void mount_step_up(struct path *path, const struct path *root)
{
    struct path above;

    spin_lock(&namespace_lock);
    above = path_above(path, root);
    spin_unlock(&namespace_lock);
    path_put(path);
    *path = above;
    mount_cross_down(path);
}

/* The mount with the smallest number above `number`. */
static struct mount *mount_after(uint32_t number)
{
    struct mount *found = NULL;

    for (struct mount *mount = first_mount; mount; mount = mount_tree_next(mount, first_mount))
        if (mount->number > number && (!found || mount->number < found->number))
            found = mount;
    return found;
}

int mount_for_each(int (*show)(void *context, const struct mount *mount), void *context)
{
    const struct mount *mount;
    uint32_t number = 0;
    int result = 0;

    do {
        spin_lock(&namespace_lock);
        mount = mount_after(number);
        if (mount) {
            number = mount->number;
            result = show(context, mount);
        }
        spin_unlock(&namespace_lock);
    } while (mount && result == 0);
    return result;
}

/* One more who writes, unless that is forbidden. */
static int writing_begin(int32_t *writers)
{
    int32_t now = atomic_load(writers);

    do {
        if (now == WRITING_FORBIDDEN)
            return -EROFS;
    } while (!atomic_compare_swap(writers, &now, now + 1));
    return 0;
}

int writing_forbid(int32_t *writers)
{
    int32_t now = 0;

    if (atomic_compare_swap(writers, &now, WRITING_FORBIDDEN) || now == WRITING_FORBIDDEN)
        return 0;
    return -EBUSY;
}

void writing_allow(int32_t *writers)
{
    int32_t now = WRITING_FORBIDDEN;

    (void)atomic_compare_swap(writers, &now, 0);
}

int mount_write_get(struct mount *mount)
{
    int err = writing_begin(&mount->writers);

    if (err)
        return err;
    err = writing_begin(&mount->sb->writers);
    if (err)
        atomic_sub(&mount->writers, 1);
    return err;
}

void mount_write_put(struct mount *mount)
{
    atomic_sub(&mount->sb->writers, 1);
    atomic_sub(&mount->writers, 1);
}

bool mount_is_readonly(const struct mount *mount)
{
    return atomic_load(&mount->writers) == WRITING_FORBIDDEN ||
           atomic_load(&mount->sb->writers) == WRITING_FORBIDDEN;
}

void mount_accessed(const struct mount *mount, struct inode *inode)
{
    if (mount_has(mount, MS_NOATIME) || mount_is_readonly(mount))
        return;
    if (mount_has(mount, MS_NODIRATIME) && inode_is_dir(inode))
        return;
    if (mount_has(mount, MS_RELATIME))
        inode_accessed(inode);
    else
        inode_touch(inode, TOUCH_ATIME);
}
