/*
 * The process's view of the file system (chdir(2), chroot(2), umask(2)). See fs.h.
 */
#include "kernel/vfs/fs.h"

#include "kernel/abi/errno.h"
#include "kernel/mm/slab.h"
#include "kernel/vfs/mount.h"

static SLAB_CACHE(fs_context_cache, struct fs_context);
static struct spinlock fs_list_lock = SPINLOCK_INIT(RANK_FS_LIST);
static struct list fs_list = LIST_INIT(fs_list);

static void fs_list_add(struct fs_context *fs)
{
    spin_lock(&fs_list_lock);
    list_add_tail(&fs_list, &fs->node);
    spin_unlock(&fs_list_lock);
}

int fs_context_create(struct fs_context **out)
{
    struct fs_context *fs = slab_alloc(&fs_context_cache);

    if (!fs)
        return -ENOMEM;
    refcount_init(&fs->ref);
    fs->tasks = 1;
    spin_lock_init(&fs->lock, RANK_FS);
    fs->umask = 022;
    mount_root_path(&fs->root);
    mount_root_path(&fs->cwd);
    fs_list_add(fs);
    *out = fs;
    return 0;
}

int fs_context_clone(struct fs_context *from, struct fs_context **out)
{
    struct fs_context *fs = slab_alloc(&fs_context_cache);

    if (!fs)
        return -ENOMEM;
    refcount_init(&fs->ref);
    fs->tasks = 1;
    spin_lock_init(&fs->lock, RANK_FS);
    fs_list_add(fs); /* sooner than it is a copy: it must not miss a change of root */
    spin_lock(&from->lock);
    fs->umask = from->umask;
    fs->root = from->root;
    fs->cwd = from->cwd;
    path_get(&fs->root);
    path_get(&fs->cwd);
    spin_unlock(&from->lock);
    *out = fs;
    return 0;
}

void fs_context_put(struct fs_context *fs)
{
    if (!fs || !refcount_put(&fs->ref))
        return;
    spin_lock(&fs_list_lock);
    list_del(&fs->node);
    spin_unlock(&fs_list_lock);
    path_put(&fs->root);
    path_put(&fs->cwd);
    slab_free(&fs_context_cache, fs);
}

void fs_context_share(struct fs_context *fs)
{
    fs_context_get(fs);
    atomic_add(&fs->tasks, 1);
}

void fs_context_leave(struct fs_context *fs)
{
    if (!fs)
        return;
    atomic_sub(&fs->tasks, 1);
    fs_context_put(fs);
}

/* Copies one of the context's paths. */
static void fs_path_copy(struct fs_context *fs, const struct path *from, struct path *out)
{
    spin_lock(&fs->lock);
    *out = *from;
    path_get(out);
    spin_unlock(&fs->lock);
}

void fs_context_root(struct fs_context *fs, struct path *out)
{
    if (fs)
        fs_path_copy(fs, &fs->root, out);
    else
        mount_root_path(out);
}

void fs_context_cwd(struct fs_context *fs, struct path *out)
{
    if (fs)
        fs_path_copy(fs, &fs->cwd, out);
    else
        mount_root_path(out);
}

static void fs_path_set(struct fs_context *fs, struct path *which, const struct path *path)
{
    struct path old;

    path_get(path);
    spin_lock(&fs->lock);
    old = *which;
    *which = *path;
    spin_unlock(&fs->lock);
    path_put(&old);
}

void fs_context_set_root(struct fs_context *fs, const struct path *path)
{
    fs_path_set(fs, &fs->root, path);
}

void fs_context_set_cwd(struct fs_context *fs, const struct path *path)
{
    fs_path_set(fs, &fs->cwd, path);
}

/* Puts a path in place of another. The reference that falls away isn't the last. */
static void fs_path_replace(struct path *which, const struct path *old, const struct path *fresh)
{
    if (!which->dentry || !path_equal(which, old))
        return;
    path_get(fresh);
    *which = *fresh;
    path_put(old);
}

void fs_contexts_replace(const struct path *old, const struct path *fresh)
{
    struct fs_context *fs;

    spin_lock(&fs_list_lock);
    list_for_each_entry (fs, &fs_list, node) {
        spin_lock(&fs->lock);
        fs_path_replace(&fs->root, old, fresh);
        fs_path_replace(&fs->cwd, old, fresh);
        spin_unlock(&fs->lock);
    }
    spin_unlock(&fs_list_lock);
}
