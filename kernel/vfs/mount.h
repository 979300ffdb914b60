/*
 * File-system types, mounted instances of them (superblocks) and where they are mounted: the tree
 * of mounts (mount_namespaces(7), of which there is one). kernel/vfs/superblock.c has the first
 * two, mount.c the tree and what each mount forbids, mount_change.c mount(2) and umount2(2).
 *
 * Locking: namespace_lock guards the tree of mounts, DENTRY_MOUNTED, and the parents and names of
 * dentries (written by rename). A name on which something gets mounted is kept in place meanwhile
 * by its directory's mutex.
 */
#ifndef LIMEN_VFS_MOUNT_H
#define LIMEN_VFS_MOUNT_H

#include "kernel/abi/mount.h"
#include "kernel/vfs/dentry.h"
#include "kernel/vfs/path.h"

struct superblock;
struct text;

extern struct spinlock namespace_lock; /* RANK_MOUNT */

/* statfs(2). */
struct fs_statistics {
    uint64_t blocks, blocks_free; /* of PAGE_SIZE */
    uint64_t inodes, inodes_free;
};

struct superblock_ops {
    void (*statistics)(struct superblock *sb, struct fs_statistics *out);
    /* mount(2)'s data for MS_REMOUNT: all of it takes effect, or none. NULL: only "" is good. */
    int (*reconfigure)(struct superblock *sb, const char *options);
    /* Writes ",size=4k" and the like, for /proc/mounts; doesn't sleep. NULL: nothing to tell. */
    void (*show_options)(const struct superblock *sb, struct text *text);
    /* The last reference of an inode has gone (nlink is 0, or the file system drops it). */
    void (*evict)(struct inode *inode);
    /* What links in /proc show of an inode without a name. NULL: the type's name and a number. */
    void (*show)(const struct inode *inode, struct text *text);
    /* Frees sb->private; nothing of the file system is in use any more. */
    void (*destroy)(struct superblock *sb);
};

/* A kind of file system. */
struct fs_type {
    const char *name;     /* "tmpfs" */
    uint32_t magic;       /* statfs(2)'s f_type */
    bool needs_no_device; /* "nodev" in /proc/filesystems */
    bool is_fixed;        /* mode, owner and times of its files can't be changed: -EOPNOTSUPP */
    bool is_single;       /* all mounts show one instance; their flags are their own alone */
    /* A new instance, or the one, with a reference; options as in mount(2)'s data, may be "". */
    int (*create)(const struct fs_type *type, const char *options, struct superblock **out);
    struct list node; /* kernel/vfs/superblock.c's */
};

/* Who may write: how many do now, or WRITING_FORBIDDEN. Atomic. */
#define WRITING_FORBIDDEN (-1)

struct superblock {
    struct refcount ref;   /* mounts of it */
    struct refcount users; /* its inodes, and one as long as there are mounts: keeps the memory */
    dev_t dev;             /* st_dev */
    const struct fs_type *type;
    const struct superblock_ops *ops;
    struct dentry *root;
    uint64_t next_inode; /* numbers for inodes; atomic */
    int32_t writers;
    uint32_t flags; /* MS_SB_FLAGS; atomic */
    void *private;
};

struct mount {
    struct refcount ref; /* one is the tree's; each child has one, and each path */
    uint32_t number;     /* never given again: mnt_id in /proc/PID/fdinfo */
    struct superblock *sb;
    struct dentry *root; /* what of the file system is seen here; NULL: files without names */
    char *source;        /* "tmpfs", "/dev/vda": for /proc/mounts */
    int32_t writers;
    uint32_t flags;   /* MS_MOUNT_FLAGS; atomic */
    uint32_t expires; /* MNT_EXPIRE was here, and nobody since; atomic */

    /* Under namespace_lock */
    struct mount *parent;      /* NULL: the first, or one that is in no tree */
    struct dentry *mountpoint; /* in parent; the dentry of `parent` that is covered */
    struct list children;      /* the latest last */
    struct list sibling;       /* of parent->children */
    struct mount *left;        /* what parent was, until the references on the place are dropped */
};

/* What of mount(2)'s flags a mount has itself, besides MS_RDONLY, and an instance. The latter have
 * no effect where all is in memory. */
#define MS_MOUNT_FLAGS \
    ((uint32_t)(MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOSYMFOLLOW | MS_ATIME_FLAGS | MS_UNBINDABLE))
#define MS_ATIME_FLAGS (MS_NOATIME | MS_NODIRATIME | MS_RELATIME)
#define MS_SB_FLAGS ((uint32_t)(MS_SYNCHRONOUS | MS_DIRSYNC | MS_LAZYTIME))

#define MOUNTS_MAX 10000u /* in the tree; one more is -ENOSPC */

void fs_type_register(struct fs_type *type);
/* NULL: no such file system. */
const struct fs_type *fs_type_find(const char *name);
/* `visit` must not sleep. */
void fs_type_for_each(void (*visit)(void *context, const struct fs_type *type), void *context);

/* A superblock without root, with a device number of its own; for fs_type.create. NULL: no memory.
 */
struct superblock *superblock_create(const struct fs_type *type, const struct superblock_ops *ops);
void superblock_put(struct superblock *sb);

/* An inode of it begins and ends. */
void superblock_release(struct superblock *sb);
static inline void superblock_hold(struct superblock *sb)
{
    refcount_get(&sb->users);
}

static inline void superblock_get(struct superblock *sb)
{
    refcount_get(&sb->ref);
}

/* A mount of the superblock, whose reference it takes over on success, in no tree yet: of what is
 * below `root` (NULL: files without names). NULL: no memory. Doesn't sleep. */
struct mount *mount_create(struct superblock *sb, struct dentry *root, const char *source);

void mount_get(struct mount *mount);
void mount_put(struct mount *mount);

/* A mount that is part of no tree, for files without names, and a place in it for such a file's
 * inode, whose reference it takes over, also on failure. -ENOMEM. */
int mount_anonymous(const struct fs_type *type, const struct superblock_ops *ops,
                    struct mount **out);
int path_create_anonymous(struct mount *mount, struct inode *inode, struct path *out);

/*
 * mount(2), umount2(2), pivot_root(2); who calls has checked that the thread may. All may sleep.
 */

/* Mounts a new instance of a file system with MS_* flags; `where` NULL: as the root of all (once,
 * at boot). -ENODEV unknown type, -ENOTDIR, -EBUSY, -ENOENT, -EINVAL, -ENOSPC, -ENOMEM, what the
 * type's create says. */
int mount_new(const char *type, const char *source, const char *options, unsigned long flags,
              const struct path *where);
/* Shows what is at `from` also at `where`; recursive: with all that is mounted below. */
int mount_bind(const struct path *from, const struct path *where, bool recursive);
int mount_move(const struct path *from, const struct path *where);
/* Changes the flags of a mount alone, or with those, and the options, of its instance. -EBUSY:
 * MS_RDONLY, and somebody writes. */
int mount_reflag(const struct path *path, unsigned long flags);
int mount_remount(const struct path *path, unsigned long flags, const char *options);
/* MS_UNBINDABLE or not; recursive: of all mounts below, too. */
int mount_set_unbindable(const struct path *path, bool unbindable, bool recursive);
/* Takes over the reference of *path. flags: MNT_*. */
int mount_unmount(struct path *path, unsigned flags);
/* new_root becomes the root of all who had the running thread's, which moves to put_old. */
int mount_pivot(const struct path *new_root, const struct path *put_old);

/* Somebody begins to write below this mount: -EROFS where that is forbidden. mount_write_put ends
 * it. */
int mount_write_get(struct mount *mount);
void mount_write_put(struct mount *mount);
bool mount_is_readonly(const struct mount *mount);
/* Forbids writing, -EBUSY while somebody does; or allows it. */
int writing_forbid(int32_t *writers);
void writing_allow(int32_t *writers);

static inline bool mount_has(const struct mount *mount, unsigned long flag)
{
    return (atomic_load(&mount->flags) & flag) != 0;
}

/* Somebody has read from an inode by this mount: sets its time of access, if the mount does. */
void mount_accessed(const struct mount *mount, struct inode *inode);

/* A path to the root of the first mount, with a reference. For processes without one (boot). */
void mount_root_path(struct path *path);

/* While something is mounted on *path: the root of that. References move along. */
void mount_cross_down(struct path *path);

/* The parent of *path as `..` sees it: stays at `root` and at the root of all. References move. */
void mount_step_up(struct path *path, const struct path *root);

/* True if *path is *above, or in the tree below it. */
bool path_is_below(const struct path *path, const struct path *above);

/*
 * For mount_change.c and /proc, under namespace_lock.
 */

/* The mount after `mount` in the tree below `top`, which comes first; NULL: there is none. */
struct mount *mount_tree_next(struct mount *mount, const struct mount *top);
/* In the tree: not unmounted, and not one of files without names. */
bool mount_is_attached(const struct mount *mount);
bool path_is_below_locked(const struct path *path, const struct path *above);
/* What is mounted on the path, the latest if several are; NULL: nothing. No reference. */
struct mount *mount_at(const struct path *path);

/* Calls `show` for each mount in the order of their numbers until it returns other than 0; returns
 * that. It is called under namespace_lock and must not sleep. */
int mount_for_each(int (*show)(void *context, const struct mount *mount), void *context);

#endif
