/*
 * Kinds of file systems, and their instances (superblocks). See mount.h for locking.
 */
#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"
#include "kernel/mm/slab.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/notify.h"

static struct list fs_types = LIST_INIT(fs_types); /* under namespace_lock; only grows */
static uint64_t last_anonymous_minor;              /* atomic */

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

void fs_type_for_each(void (*visit)(void *context, const struct fs_type *type), void *context)
{
    const struct fs_type *type;

    spin_lock(&namespace_lock);
    list_for_each_entry (type, &fs_types, node)
        visit(context, type);
    spin_unlock(&namespace_lock);
}

struct superblock *superblock_create(const struct fs_type *type, const struct superblock_ops *ops)
{
    struct superblock *sb = kzalloc(sizeof(*sb));

    if (!sb)
        return NULL;
    refcount_init(&sb->ref);
    refcount_init(&sb->users);
    sb->dev = DEV_MAKE(0, atomic_add(&last_anonymous_minor, 1));
    sb->type = type;
    sb->ops = ops;
    return sb;
}

void superblock_release(struct superblock *sb)
{
    if (!refcount_put(&sb->users))
        return;
    if (sb->ops->destroy)
        sb->ops->destroy(sb);
    kfree(sb);
}

/* The last mount has gone. An inode may stay for a while that somebody watched. */
void superblock_put(struct superblock *sb)
{
    if (!refcount_put(&sb->ref))
        return;
    if (sb->root) {
        dentry_drop_tree(sb->root);
        notify_gone(sb->root->inode, IN_UNMOUNT);
        dentry_put(sb->root);
    }
    superblock_release(sb);
}
