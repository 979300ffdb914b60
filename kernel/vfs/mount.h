/*
 * File-system types, mounted instances of them (superblocks) and where they are mounted.
 *
 * Locking: namespace_lock guards the tree of mounts, DENTRY_MOUNTED, and the parents and names of
 * dentries (written by rename).
 */
#ifndef LIMEN_VFS_MOUNT_H
#define LIMEN_VFS_MOUNT_H

#include "kernel/vfs/dentry.h"
#include "kernel/vfs/path.h"

struct superblock;

extern struct spinlock namespace_lock; /* RANK_MOUNT */

/* statfs(2). */
struct fs_statistics {
    uint64_t blocks, blocks_free; /* of PAGE_SIZE */
    uint64_t inodes, inodes_free;
};

struct superblock_ops {
    void (*statistics)(struct superblock *sb, struct fs_statistics *out);
    /* The last reference of an inode has gone (nlink is 0, or the file system drops it). */
    void (*evict)(struct inode *inode);
    /* Frees sb->private; nothing of the file system is in use any more. */
    void (*destroy)(struct superblock *sb);
};

/* A kind of file system. */
struct fs_type {
    const char *name;     /* "tmpfs" */
    uint32_t magic;       /* statfs(2)'s f_type */
    bool needs_no_device; /* "nodev" in /proc/filesystems */
    /* A new instance, with one reference; options as in mount(2)'s data, may be "". */
    int (*create)(const struct fs_type *type, const char *options, struct superblock **out);
    struct list node; /* kernel/vfs/mount.c's */
};

struct superblock {
    struct refcount ref;
    dev_t dev; /* st_dev */
    const struct fs_type *type;
    const struct superblock_ops *ops;
    struct dentry *root;
    uint64_t next_inode; /* numbers for inodes; atomic */
    void *private;
};

struct mount {
    struct refcount ref;
    uint32_t number; /* never given again: mnt_id in /proc/PID/fdinfo */
    struct superblock *sb;
    struct dentry *root;       /* what of the file system is seen here */
    struct mount *parent;      /* NULL: the first */
    struct dentry *mountpoint; /* in parent; the dentry of `parent` that is covered */
    char source[32];           /* "tmpfs", "/dev/vda": for /proc/mounts */
    struct list node;          /* all mounts, oldest first */
};

void fs_type_register(struct fs_type *type);
/* NULL: no such file system. */
const struct fs_type *fs_type_find(const char *name);

/* A superblock without root, with a device number of its own; for fs_type.create. NULL: no memory.
 */
struct superblock *superblock_create(const struct fs_type *type, const struct superblock_ops *ops);
void superblock_put(struct superblock *sb);

void mount_get(struct mount *mount);
void mount_put(struct mount *mount);

/* Mounts a new instance of a file system; `where` NULL: as the root of all (once, at boot).
 * -ENODEV unknown type, -ENOTDIR, -EBUSY, -ENOMEM, what the type's create says. */
int mount_new(const char *type, const char *source, const char *options, const struct path *where);

/* A mount that is part of no tree, for files without names, and a place in it for such a file's
 * inode, whose reference it takes over, also on failure. -ENOMEM. */
int mount_anonymous(const struct fs_type *type, const struct superblock_ops *ops,
                    struct mount **out);
int path_create_anonymous(struct mount *mount, struct inode *inode, struct path *out);

/* A path to the root of the first mount, with a reference. For processes without one (boot). */
void mount_root_path(struct path *path);

/* While something is mounted on *path: the root of that. References move along. */
void mount_cross_down(struct path *path);

/* The parent of *path as `..` sees it: stays at `root` and at the root of all. References move. */
void mount_step_up(struct path *path, const struct path *root);

/* Calls `show` for each mount, oldest first, until it returns other than 0; returns that. `show`
 * may sleep; what is passed holds references. */
int mount_for_each(int (*show)(void *context, const struct mount *mount), void *context);

#endif
