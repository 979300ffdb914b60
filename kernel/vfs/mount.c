/*
 * File-system types, superblocks and the tree of mounts (mount_namespaces(7), of which there is
 * one). See mount.h for locking.
 */
#include "kernel/vfs/mount.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"

struct spinlock namespace_lock = SPINLOCK_INIT(RANK_MOUNT);

/* Under namespace_lock */
static struct list mounts = LIST_INIT(mounts);
static struct list fs_types = LIST_INIT(fs_types);
static struct mount *first_mount;

static uint64_t last_anonymous_minor; /* atomic */
static uint32_t last_mount;           /* atomic */

void fs_type_register(struct fs_type *type)
{
    spin_lock(&namespace_lock);
    list_add_tail(&fs_types, &type->node);
    spin_unlock(&namespace_lock);
}

const struct fs_type *fs_type_find(const char *name)
{
    const struct fs_type *found = NULL;
    const struct fs_type *type;

    spin_lock(&namespace_lock);
    list_for_each_entry (type, &fs_types, node) {
        if (strcmp(type->name, name) == 0) {
            found = type;
            break;
        }
    }
    spin_unlock(&namespace_lock);
    return found;
}

struct superblock *superblock_create(const struct fs_type *type, const struct superblock_ops *ops)
{
    struct superblock *sb = kzalloc(sizeof(*sb));

    if (!sb)
        return NULL;
    refcount_init(&sb->ref);
    sb->dev = DEV_MAKE(0, atomic_add(&last_anonymous_minor, 1));
    sb->type = type;
    sb->ops = ops;
    return sb;
}

void superblock_put(struct superblock *sb)
{
    if (!refcount_put(&sb->ref))
        return;
    if (sb->root)
        dentry_put(sb->root);
    if (sb->ops->destroy)
        sb->ops->destroy(sb);
    kfree(sb);
}

/* A mount of the superblock, whose reference it takes over on success; not attached yet. */
static struct mount *mount_create(struct superblock *sb, const char *source)
{
    struct mount *mount = kzalloc(sizeof(*mount));

    if (!mount)
        return NULL;
    refcount_init(&mount->ref);
    mount->number = atomic_add(&last_mount, 1);
    mount->sb = sb;
    mount->root = sb->root;
    if (mount->root)
        dentry_get(mount->root);
    strlcpy(mount->source, source, sizeof(mount->source));
    list_init(&mount->node);
    return mount;
}

void mount_get(struct mount *mount)
{
    refcount_get(&mount->ref);
}

/* A mount that is attached is kept by the tree; one that isn't goes with its last user. */
void mount_put(struct mount *mount)
{
    if (!refcount_put(&mount->ref))
        return;
    if (mount->root)
        dentry_put(mount->root);
    superblock_put(mount->sb);
    kfree(mount);
}

/* Hangs a mount into the tree, which takes over its reference. */
static int mount_attach(struct mount *mount, const struct path *where)
{
    int err = 0;

    spin_lock(&namespace_lock);
    if (where) {
        path_get(where);
        mount->parent = where->mount;
        mount->mountpoint = where->dentry;
        atomic_or(&where->dentry->flags, DENTRY_MOUNTED);
    } else if (first_mount) {
        err = -EBUSY;
    } else {
        first_mount = mount;
    }
    if (err == 0)
        list_add_tail(&mounts, &mount->node);
    spin_unlock(&namespace_lock);
    return err;
}

int mount_new(const char *type, const char *source, const char *options, const struct path *where)
{
    const struct fs_type *fs_type = fs_type_find(type);
    struct superblock *sb;
    struct mount *mount;
    int err;

    if (!fs_type)
        return -ENODEV;
    if (where && !inode_is_dir(path_inode(where)))
        return -ENOTDIR;
    err = fs_type->create(fs_type, options, &sb);
    if (err)
        return err;
    mount = mount_create(sb, source);
    if (!mount) {
        superblock_put(sb);
        return -ENOMEM;
    }
    err = mount_attach(mount, where);
    if (err)
        mount_put(mount);
    return err;
}

int mount_anonymous(const struct fs_type *type, const struct superblock_ops *ops,
                    struct mount **out)
{
    struct superblock *sb = superblock_create(type, ops);

    if (!sb)
        return -ENOMEM;
    *out = mount_create(sb, type->name);
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

/* What is mounted on the path, with a reference; the latest, if several are. */
static struct mount *mount_find(const struct path *path)
{
    struct mount *found = NULL;
    struct mount *mount;

    spin_lock(&namespace_lock);
    list_for_each_entry (mount, &mounts, node) {
        if (mount->parent == path->mount && mount->mountpoint == path->dentry)
            found = mount;
    }
    if (found)
        mount_get(found);
    spin_unlock(&namespace_lock);
    return found;
}

void mount_cross_down(struct path *path)
{
    struct mount *mount;

    while ((atomic_load(&path->dentry->flags) & DENTRY_MOUNTED) &&
           (mount = mount_find(path)) != NULL) {
        path_put(path);
        path->mount = mount;
        path->dentry = mount->root;
        dentry_get(mount->root);
    }
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

/* The mount after `mount` (NULL: the first), with a reference; NULL: none. Drops that of `mount`.
 */
static struct mount *mount_next(struct mount *mount)
{
    struct list *node;
    struct mount *next = NULL;

    spin_lock(&namespace_lock);
    node = mount ? mount->node.next : mounts.next;
    if (node != &mounts) {
        next = list_entry(node, struct mount, node);
        mount_get(next);
    }
    spin_unlock(&namespace_lock);
    if (mount)
        mount_put(mount);
    return next;
}

int mount_for_each(int (*show)(void *context, const struct mount *mount), void *context)
{
    struct mount *mount = NULL;
    int result = 0;

    while ((mount = mount_next(mount)) != NULL) {
        result = show(context, mount);
        if (result != 0) {
            mount_put(mount);
            break;
        }
    }
    return result;
}
