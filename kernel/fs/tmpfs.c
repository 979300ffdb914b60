/*
 * tmpfs: a file system in memory (tmpfs(5)). The root file system is one.
 *
 * Its directories are the dentry tree itself, every name pinned; the data of regular files is their
 * page cache; so there is little left to do here but to count. Two limits keep one program from
 * taking all memory: pages of data, and names (each costs an inode or at least a dentry).
 *
 * Locking: a directory's mutex guards its size. The two counts are atomic.
 */
#include "kernel/fs/tmpfs.h"
#include "kernel/abi/errno.h"
#include "kernel/core/init.h"
#include "kernel/fs/tmpfs_options.h"
#include "kernel/lib/string.h"
#include "kernel/mm/cache.h"
#include "kernel/mm/slab.h"
#include "kernel/vfs/dir.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/pseudo.h"
#include "kernel/vfs/regular.h"

#define TMPFS_MODE 01777    /* of the root, unless mode= says other */
#define NAME_SIZE 20        /* what a name, dots too, adds to its directory's size, as on Linux */
#define LINK_INLINE_MAX 128 /* longer texts of symbolic links count as a page */

struct tmpfs {
    uint64_t pages_max, names_max;   /* atomic: remount changes them */
    uint64_t pages_used, names_used; /* atomic */
    /* As mounted, for /proc/mounts. */
    bool has_size, has_inodes;
    mode_t mode;
    uid_t uid;
    gid_t gid;
};

/* What a regular file has (inode->private). */
struct tmpfs_file {
    struct page_cache cache;
    struct tmpfs *tmpfs; /* which its pages are counted in */
};

static SLAB_CACHE(tmpfs_file_cache, struct tmpfs_file);

static const struct inode_ops tmpfs_dir_inode_ops;
static const struct inode_ops tmpfs_file_inode_ops;
static const struct inode_ops tmpfs_other_inode_ops;

static struct tmpfs *tmpfs_of(const struct inode *inode)
{
    return inode->sb->private;
}

/* Adds to a count unless it would go above its maximum: -ENOSPC. */
static int charge(uint64_t *used, uint64_t most, uint64_t count)
{
    uint64_t now = atomic_load(used);

    do {
        if (now > most || count > most - now)
            return count == 0 ? 0 : -ENOSPC;
    } while (!atomic_compare_swap(used, &now, now + count));
    return 0;
}

static int name_charge(struct tmpfs *tmpfs)
{
    return charge(&tmpfs->names_used, atomic_load(&tmpfs->names_max), 1);
}

static void name_uncharge(struct tmpfs *tmpfs)
{
    atomic_sub(&tmpfs->names_used, 1);
}

static int tmpfs_charge(struct inode *inode, long pages)
{
    struct tmpfs *tmpfs = tmpfs_of(inode);

    if (pages >= 0)
        return charge(&tmpfs->pages_used, atomic_load(&tmpfs->pages_max), (uint64_t)pages);
    atomic_sub(&tmpfs->pages_used, (uint64_t)-pages);
    return 0;
}

static struct tmpfs_file *file_of(struct page_cache *cache)
{
    return container_of(cache, struct tmpfs_file, cache);
}

static int page_charge(struct page_cache *cache)
{
    struct tmpfs *tmpfs = file_of(cache)->tmpfs;

    return charge(&tmpfs->pages_used, atomic_load(&tmpfs->pages_max), 1);
}

static void pages_uncharge(struct page_cache *cache, size_t count)
{
    atomic_sub(&file_of(cache)->tmpfs->pages_used, count);
}

static const struct page_cache_ops tmpfs_cache_ops = {
    .charge = page_charge,
    .uncharge = pages_uncharge,
};

/* Pages that were made for nothing, when a write ends early, go again. */
static ssize_t tmpfs_write(struct inode *inode, struct iter *from, loff_t *pos)
{
    size_t wanted = iter_count(from);
    ssize_t moved = page_cache_write(inode->cache, from, pos);

    if (moved < (ssize_t)wanted)
        page_cache_resize(inode->cache, page_cache_size(inode->cache));
    return moved;
}

static int tmpfs_truncate(struct inode *inode, loff_t size)
{
    page_cache_resize(inode->cache, (uint64_t)size);
    return 0;
}

/* What could never be had is refused before memory is taken for a part of it. */
static int tmpfs_allocate(struct inode *inode, uint64_t start, uint64_t end)
{
    uint64_t first = start / PAGE_SIZE, last = DIV_ROUND_UP(end, PAGE_SIZE);

    if (last - first > atomic_load(&tmpfs_of(inode)->pages_max))
        return -ENOSPC;
    return page_cache_allocate(inode->cache, first, last);
}

static void tmpfs_punch(struct inode *inode, uint64_t start, uint64_t end)
{
    page_cache_punch(inode->cache, start, end);
}

/* Gives a new inode of a regular file its page cache. */
static int file_init(struct inode *inode)
{
    struct tmpfs_file *file = slab_alloc(&tmpfs_file_cache);

    if (!file)
        return -ENOMEM;
    page_cache_init(&file->cache, &tmpfs_cache_ops);
    file->tmpfs = tmpfs_of(inode);
    inode->private = file;
    inode->cache = &file->cache;
    inode->ops = &tmpfs_file_inode_ops;
    inode->file_ops = &regular_file_ops;
    return 0;
}

/* Makes an inode of what was allocated and charged for; on failure gives that back. */
static int inode_init(struct tmpfs *tmpfs, struct inode *inode, struct inode **out)
{
    int err = 0;

    if (!inode) {
        name_uncharge(tmpfs);
        return -ENOMEM;
    }
    inode->ops = &tmpfs_other_inode_ops;
    inode->btime = inode->ctime;
    if (S_ISREG(inode->mode)) {
        err = file_init(inode);
    } else if (S_ISDIR(inode->mode)) {
        inode->nlink = 2;
        inode->size = 2 * NAME_SIZE;
        inode->ops = &tmpfs_dir_inode_ops;
        inode->file_ops = &dir_tree_ops;
    }
    if (err)
        inode_put(inode);
    else
        *out = inode;
    return err;
}

static int inode_new(struct inode *dir, mode_t mode, struct inode **out)
{
    struct tmpfs *tmpfs = tmpfs_of(dir);
    int err = name_charge(tmpfs);

    return err ? err : inode_init(tmpfs, inode_create_in(dir, mode), out);
}

/* The last reference of an inode has gone. */
static void tmpfs_evict(struct inode *inode)
{
    struct tmpfs *tmpfs = tmpfs_of(inode);
    struct tmpfs_file *file = inode->private;

    if (file) {
        page_cache_destroy(&file->cache);
        slab_free(&tmpfs_file_cache, file);
    }
    if (inode->blocks)
        atomic_sub(&tmpfs->pages_used, 1);
    kfree(inode->link);
    name_uncharge(tmpfs);
}

/* A directory got (+1) or lost (-1) a name. */
static void dir_changed(struct inode *dir, int names)
{
    WRITE_ONCE(dir->size, dir->size + names * NAME_SIZE);
    inode_touch(dir, TOUCH_MTIME | TOUCH_CTIME);
}

/* Gives a new inode, whose reference it takes over, its first name. */
static int name_first(struct inode *dir, struct dentry *child, struct inode *inode)
{
    int err = dentry_add(child, inode, true);

    if (err) {
        inode_put(inode);
        return err;
    }
    dir_changed(dir, 1);
    return 0;
}

static int tmpfs_create(struct inode *dir, struct dentry *child, mode_t mode, dev_t rdev)
{
    struct inode *inode;
    int err = inode_new(dir, mode, &inode);

    if (err)
        return err;
    if (S_ISCHR(mode) || S_ISBLK(mode))
        inode->rdev = rdev;
    err = name_first(dir, child, inode);
    if (err == 0 && S_ISDIR(mode))
        (void)inode_link_get(dir); /* can't fail: it has a name in it, so it isn't removed */
    return err;
}

static int tmpfs_tmpfile(struct inode *dir, mode_t mode, struct inode **out)
{
    int err = inode_new(dir, mode, out);

    if (err == 0)
        (*out)->nlink = 0;
    return err;
}

/* Keeps the text of a symbolic link. */
static int link_init(struct inode *inode, const char *target)
{
    struct tmpfs *tmpfs = tmpfs_of(inode);
    size_t length = strlen(target);
    char *text = kmalloc(length + 1);

    if (!text)
        return -ENOMEM;
    if (length >= LINK_INLINE_MAX) {
        int err = charge(&tmpfs->pages_used, atomic_load(&tmpfs->pages_max), 1);

        if (err) {
            kfree(text);
            return err;
        }
        inode->blocks = PAGE_SIZE / 512;
    }
    memcpy(text, target, length + 1);
    inode->link = text;
    inode->size = (loff_t)length;
    return 0;
}

static int tmpfs_symlink(struct inode *dir, struct dentry *child, const char *target)
{
    struct inode *inode;
    int err = inode_new(dir, S_IFLNK | 0777, &inode);

    if (err)
        return err;
    err = link_init(inode, target);
    if (err) {
        inode_put(inode);
        return err;
    }
    return name_first(dir, child, inode);
}

/* An inode lost a name other than a directory's. The last one is paid for until the inode goes. */
static void name_lost(struct inode *inode)
{
    if (inode_link_put(inode) != 0)
        name_uncharge(tmpfs_of(inode));
}

static int tmpfs_link(struct inode *dir, struct dentry *child, struct inode *target)
{
    struct tmpfs *tmpfs = tmpfs_of(dir);
    int err = name_charge(tmpfs);

    if (err)
        return err;
    err = inode_link_get(target);
    if (err < 0)
        goto uncharge;
    if (err > 0)
        name_uncharge(tmpfs); /* the first name is paid for with the inode */
    inode_get(target);
    err = dentry_add(child, target, true);
    if (err)
        goto unlink;
    dir_changed(dir, 1);
    return 0;

unlink:
    name_lost(target);
    inode_put(target);
    return err;
uncharge:
    name_uncharge(tmpfs);
    return err;
}

static int tmpfs_unlink(struct inode *dir, struct dentry *child)
{
    dentry_remove(child);
    name_lost(child->inode);
    dir_changed(dir, -1);
    return 0;
}

/* A directory that was killed loses its name and its dot, and its parent the `..` in it. */
static void dir_lost(struct inode *parent, struct inode *dir)
{
    (void)inode_link_put(dir);
    (void)inode_link_put(dir);
    (void)inode_link_put(parent);
}

static int tmpfs_rmdir(struct inode *dir, struct dentry *child)
{
    int err = dentry_kill_dir(child);

    if (err)
        return err;
    dentry_remove(child);
    dir_lost(dir, child->inode);
    dir_changed(dir, -1);
    return 0;
}

/* A directory goes from one parent to another: so does the link that its `..` is. */
static void dir_moved(struct inode *from, struct inode *to, const struct inode *dir)
{
    if (!inode_is_dir(dir) || from == to)
        return;
    (void)inode_link_put(from);
    (void)inode_link_get(to);
}

static int rename_exchange(const struct rename *rename)
{
    dentry_exchange(rename->old, rename->victim);
    dir_moved(rename->old_dir, rename->new_dir, rename->old->inode);
    dir_moved(rename->new_dir, rename->old_dir, rename->victim->inode);
    dir_changed(rename->old_dir, 0);
    dir_changed(rename->new_dir, 0);
    inode_touch(rename->victim->inode, TOUCH_CTIME);
    return 0;
}

/* Puts a whiteout (character device 0:0) beside what is about to leave its place: so that there is
 * no moment in which nothing has the name. */
static int whiteout_add(const struct rename *rename)
{
    struct inode *inode;
    int err = inode_new(rename->old_dir, S_IFCHR, &inode);

    return err ? err : name_first(rename->old_dir, rename->whiteout, inode);
}

static int rename_replace(const struct rename *rename)
{
    struct dentry *victim = rename->victim;
    int err = rename->whiteout ? whiteout_add(rename) : 0;

    if (err == 0 && victim && inode_is_dir(victim->inode)) {
        err = dentry_kill_dir(victim);
        if (err && rename->whiteout)
            tmpfs_unlink(rename->old_dir, rename->whiteout);
    }
    if (err)
        return err;
    dentry_move(rename->old, rename->fresh, victim);
    dir_moved(rename->old_dir, rename->new_dir, rename->old->inode);
    dir_changed(rename->old_dir, -1);
    dir_changed(rename->new_dir, victim ? 0 : 1);
    if (victim && inode_is_dir(victim->inode))
        dir_lost(rename->new_dir, victim->inode);
    else if (victim)
        name_lost(victim->inode);
    return 0;
}

static int tmpfs_rename(const struct rename *rename)
{
    int err = rename->exchange ? rename_exchange(rename) : rename_replace(rename);

    if (err == 0)
        inode_touch(rename->old->inode, TOUCH_CTIME);
    return err;
}

static const struct inode_ops tmpfs_dir_inode_ops = {
    .charge = tmpfs_charge,
    .create = tmpfs_create,
    .symlink = tmpfs_symlink,
    .link = tmpfs_link,
    .tmpfile = tmpfs_tmpfile,
    .unlink = tmpfs_unlink,
    .rmdir = tmpfs_rmdir,
    .rename = tmpfs_rename,
};

static const struct inode_ops tmpfs_file_inode_ops = {
    .charge = tmpfs_charge,
    .truncate = tmpfs_truncate,
    .write = tmpfs_write,
    .allocate = tmpfs_allocate,
    .punch = tmpfs_punch,
};

static const struct inode_ops tmpfs_other_inode_ops = {.charge = tmpfs_charge};

/* Where nothing is limited statfs tells of no size. */
static void tmpfs_statistics(struct superblock *sb, struct fs_statistics *out)
{
    struct tmpfs *tmpfs = sb->private;
    uint64_t pages = atomic_load(&tmpfs->pages_used), names = atomic_load(&tmpfs->names_used);
    uint64_t pages_max = atomic_load(&tmpfs->pages_max), names_max = atomic_load(&tmpfs->names_max);

    if (pages_max != TMPFS_UNLIMITED) {
        out->blocks = pages_max;
        out->blocks_free = pages_max - min(pages, pages_max);
    }
    if (names_max != TMPFS_UNLIMITED) {
        out->inodes = names_max;
        out->inodes_free = names_max - min(names, names_max);
    }
}

static uint64_t default_max(void)
{
    return page_total_count() / 2;
}

/* A limit may not fall below what is used, nor come where there was none. */
static bool limit_is_good(uint64_t limit, uint64_t used, uint64_t old)
{
    return limit >= used && (old != TMPFS_UNLIMITED || limit == TMPFS_UNLIMITED);
}

/* Owner and mode of the root are chown's and chmod's business by now. */
static int tmpfs_reconfigure(struct superblock *sb, const char *text)
{
    struct tmpfs *tmpfs = sb->private;
    struct tmpfs_options options = {.pages_max = tmpfs->pages_max, .inodes_max = tmpfs->names_max};
    int err = tmpfs_options_parse(text, page_total_count(), &options);

    if (err)
        return err;
    if ((options.given & TMPFS_HAS_SIZE) &&
        !limit_is_good(options.pages_max, atomic_load(&tmpfs->pages_used), tmpfs->pages_max))
        return -EINVAL;
    if ((options.given & TMPFS_HAS_INODES) &&
        !limit_is_good(options.inodes_max, atomic_load(&tmpfs->names_used), tmpfs->names_max))
        return -EINVAL;
    if (options.given & TMPFS_HAS_SIZE)
        tmpfs->has_size = true;
    if (options.given & TMPFS_HAS_INODES)
        tmpfs->has_inodes = true;
    atomic_store(&tmpfs->pages_max, options.pages_max);
    atomic_store(&tmpfs->names_max, options.inodes_max);
    return 0;
}

/* A limit of the text, with 0 for none. */
static unsigned long limit_shown(uint64_t limit)
{
    return limit == TMPFS_UNLIMITED ? 0 : limit;
}

static void tmpfs_show_options(const struct superblock *sb, struct text *text)
{
    const struct tmpfs *tmpfs = sb->private;

    if (tmpfs->has_size)
        text_printf(text, ",size=%luk",
                    limit_shown(atomic_load(&tmpfs->pages_max)) * (PAGE_SIZE / 1024));
    if (tmpfs->has_inodes)
        text_printf(text, ",nr_inodes=%lu", limit_shown(atomic_load(&tmpfs->names_max)));
    if (tmpfs->mode != TMPFS_MODE)
        text_printf(text, ",mode=%03o", tmpfs->mode);
    if (tmpfs->uid != 0)
        text_printf(text, ",uid=%u", tmpfs->uid);
    if (tmpfs->gid != 0)
        text_printf(text, ",gid=%u", tmpfs->gid);
}

static void tmpfs_destroy(struct superblock *sb)
{
    kfree(sb->private);
}

static const struct superblock_ops tmpfs_superblock_ops = {
    .statistics = tmpfs_statistics,
    .reconfigure = tmpfs_reconfigure,
    .show_options = tmpfs_show_options,
    .evict = tmpfs_evict,
    .destroy = tmpfs_destroy,
};

/* The root directory of a new instance. */
static int root_create(struct superblock *sb, struct tmpfs *tmpfs)
{
    struct inode *root;
    int err = name_charge(tmpfs);

    if (err == 0)
        err = inode_init(tmpfs, inode_create(sb, S_IFDIR | tmpfs->mode, tmpfs->uid, tmpfs->gid),
                         &root);
    return err ? err : dentry_create_root(sb, root, &sb->root);
}

int tmpfs_instance(const struct fs_type *type, const char *text, struct superblock **out)
{
    struct tmpfs_options options = {.mode = TMPFS_MODE};
    struct superblock *sb;
    struct tmpfs *tmpfs;
    int err;

    options.pages_max = options.inodes_max = default_max();
    err = tmpfs_options_parse(text, page_total_count(), &options);
    if (err)
        return err;
    sb = superblock_create(type, &tmpfs_superblock_ops);
    if (!sb)
        return -ENOMEM;
    tmpfs = sb->private = kzalloc(sizeof(*tmpfs));
    if (tmpfs) {
        *tmpfs = (struct tmpfs){.pages_max = options.pages_max,
                                .names_max = options.inodes_max,
                                .has_size = options.given & TMPFS_HAS_SIZE,
                                .has_inodes = options.given & TMPFS_HAS_INODES,
                                .mode = options.mode,
                                .uid = options.uid,
                                .gid = options.gid};
        err = root_create(sb, tmpfs);
    } else {
        err = -ENOMEM;
    }
    if (err)
        superblock_put(sb);
    else
        *out = sb;
    return err;
}

static struct fs_type tmpfs_type = {
    .name = "tmpfs",
    .magic = TMPFS_MAGIC,
    .needs_no_device = true,
    .create = tmpfs_instance,
};

static void tmpfs_register(void)
{
    fs_type_register(&tmpfs_type);
}
INIT_CALL(2, tmpfs_register);
