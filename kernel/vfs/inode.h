/*
 * Inodes: what a file is, whatever its names are (inode(7)). A dentry (kernel/vfs/dentry.h) gives
 * an inode a name; a struct file (kernel/vfs/file.h) is an opening of it.
 *
 * Locking: `lock`, a mutex, guards what the file holds: its size and the order of writes, and for a
 * directory which names are in it. `attr_lock`, a spin lock, guards the attributes; single words of
 * them (mode, uid, gid, nlink, size) may be read without it. An inode lives as long as its
 * reference count; the file system keeps a linked one alive by its dentry.
 */
#ifndef LIMEN_VFS_INODE_H
#define LIMEN_VFS_INODE_H

#include "kernel/abi/stat.h"
#include "kernel/core/atomic.h"
#include "kernel/core/cred.h"
#include "kernel/core/spinlock.h"
#include "kernel/sched/mutex.h"

struct dentry;
struct file_ops;
struct inode;
struct inode_locks;
struct iter;
struct page_cache;
struct notify_watch;
struct path;
struct pipe;
struct superblock;
struct xattr;

/* What setattr changes: those attributes whose bit is set in `valid`. */
#define ATTR_MODE 0x01u
#define ATTR_UID 0x02u
#define ATTR_GID 0x04u
#define ATTR_ATIME 0x08u
#define ATTR_MTIME 0x10u

struct attr {
    unsigned valid;
    mode_t mode; /* permission bits only */
    uid_t uid;
    gid_t gid;
    struct timespec atime, mtime;
};

/* A renaming, checked: old goes from old_dir to the name of `fresh` in new_dir. */
struct rename {
    struct inode *old_dir, *new_dir; /* both locked; may be the same */
    struct dentry *old;
    struct dentry *fresh;    /* a new dentry that carries the new name, for dentry_move */
    struct dentry *victim;   /* what has the new name now: replaced, or exchanged; or NULL */
    struct dentry *whiteout; /* RENAME_WHITEOUT: a new one for old's name and place; or NULL */
    bool exchange;           /* RENAME_EXCHANGE: victim is there and takes old's place */
};

/*
 * What a file system does. The caller (kernel/vfs/namei.c) has resolved names, checked permissions
 * and mounts, and holds the lock of every directory named here; `child` is a fresh dentry without
 * an inode (lookup, create, symlink, link) or a linked one. An operation that gives a new dentry
 * its inode calls dentry_add, one that takes a name away dentry_remove. NULL: -EPERM.
 */
struct inode_ops {
    /* Finds child's name: 0 (dentry_add done) or -ENOENT. NULL: every name that exists is in the
     * dentry tree already. */
    int (*lookup)(struct inode *dir, struct dentry *child);
    /* Makes a file of any type but a symbolic link; mode has its type, rdev a device's number. */
    int (*create)(struct inode *dir, struct dentry *child, mode_t mode, dev_t rdev);
    int (*symlink)(struct inode *dir, struct dentry *child, const char *target);
    int (*link)(struct inode *dir, struct dentry *child, struct inode *target);
    /* A regular file without a name, for O_TMPFILE: nlink 0. NULL: -EOPNOTSUPP. */
    int (*tmpfile)(struct inode *dir, mode_t mode, struct inode **out);
    int (*unlink)(struct inode *dir, struct dentry *child);
    int (*rmdir)(struct inode *dir, struct dentry *child);
    /* rename(2), renameat2(2): see struct rename. */
    int (*rename)(const struct rename *rename);
    /* A symbolic link's text into buffer[size], without NUL: its length (cut to size). Where
     * inode->link is set that is used instead. */
    ssize_t (*readlink)(struct inode *inode, char *buffer, size_t size);
    /* A link that leads to an object, not to a name (/proc/PID/exe): is this one of those, and a
     * reference in *target. */
    bool (*leads_to_object)(const struct inode *inode);
    int (*follow)(struct inode *inode, struct path *target);
    /* For regular files, with their lock held: sets the size; moves bytes to *pos and advances it,
     * as page_cache_write does. */
    int (*truncate)(struct inode *inode, loff_t size);
    ssize_t (*write)(struct inode *inode, struct iter *from, loff_t *pos);
    /* Likewise, for fallocate(2): has room made for the bytes [start, end), all or none, or makes a
     * hole of them. NULL: -EOPNOTSUPP. The size is the caller's business. */
    int (*allocate)(struct inode *inode, uint64_t start, uint64_t end);
    void (*punch)(struct inode *inode, uint64_t start, uint64_t end);
    /* Extended attributes take (below 0: give back) so many pages of the file system's room: 0 or
     * -ENOSPC. NULL: it has no attributes. */
    int (*charge)(struct inode *inode, long pages);
    /* False when a dentry found in the tree is not true any more. NULL: always true. */
    bool (*revalidate)(struct dentry *dentry);
    /* May a thread with these credentials do `access` (MAY_*)? NULL: mode bits decide. */
    int (*permission)(struct inode *inode, const struct cred *cred, unsigned access);
};

struct inode {
    struct refcount ref;
    struct superblock *sb;
    ino_t number;
    dev_t rdev; /* of device nodes */
    const struct inode_ops *ops;
    const struct file_ops *file_ops; /* what an opening of it gets */
    struct page_cache *cache;        /* of regular files whose data lives in pages, else NULL */
    const char *link;                /* text of a symbolic link, if it is kept in memory */
    void *private;                   /* the file system's */
    struct inode_locks *locks;       /* kernel/vfs/file_lock.c's; NULL: never one. Atomic */
    int32_t writers; /* openings for writing; below 0: that many keep writers out. Atomic */

    struct mutex lock;    /* RANK_INODE */
    loff_t size;          /* of what has no page cache; written under lock. See inode_size */
    struct xattr *xattrs; /* kernel/vfs/xattr.c's; under lock */
    uint32_t blocks;      /* likewise: 512 bytes each */

    struct spinlock attr_lock; /* RANK_FILE */
    mode_t mode;               /* type (never changes) and permissions */
    uid_t uid;
    gid_t gid;
    uint32_t nlink;
    bool may_be_named; /* by link(2) though nlink is 0: of O_TMPFILE */
    struct timespec atime, mtime, ctime;
    struct timespec btime; /* when it was made; 0: the file system doesn't tell. Never changes */

    struct notify_watch *watches; /* kernel/vfs/notify.h; under notify_lock */
    struct pipe *pipe;            /* of an opened FIFO: kernel/ipc's, under lock */
};

/* A new inode with one reference, for a file system: nlink 1, a number of its own, times set to
 * now, everything else 0. NULL: out of memory. */
struct inode *inode_create(struct superblock *sb, mode_t mode, uid_t uid, gid_t gid);
/* The same for a new file in `dir`: belongs to the running thread, and to the directory's group if
 * that has its set-group-ID bit (inode(7)). */
struct inode *inode_create_in(struct inode *dir, mode_t mode);
void inode_get(struct inode *inode);
void inode_put(struct inode *inode);

static inline bool inode_is_dir(const struct inode *inode)
{
    return S_ISDIR(READ_ONCE(inode->mode));
}

static inline bool inode_is_link(const struct inode *inode)
{
    return S_ISLNK(READ_ONCE(inode->mode));
}

/* Bytes of a file, link or directory, as stat(2) tells. */
loff_t inode_size(const struct inode *inode);

#define MAY_EXEC 1u /* the values of access(2) */
#define MAY_WRITE 2u
#define MAY_READ 4u

/* 0, or -EACCES when cred may not do `access` to the inode; -EROFS, -EPERM by the file system. */
int inode_permission(struct inode *inode, const struct cred *cred, unsigned access);
/* By mode and owner only: for inode_ops.permission. */
int inode_permission_by_mode(const struct inode *inode, const struct cred *cred, unsigned access);

/* The quick answer for most directories: whoever asks may search it. */
static inline bool inode_all_may_search(const struct inode *dir)
{
    return (READ_ONCE(dir->mode) & 0111) == 0111 && !dir->ops->permission;
}

/* Owner of the file, or root. */
bool inode_owned(const struct inode *inode, const struct cred *cred);

/* Changes attributes and sets ctime; no permission is checked. */
void inode_setattr(struct inode *inode, const struct attr *attr);

/* Set times to now. */
#define TOUCH_ATIME 1u
#define TOUCH_MTIME 2u
#define TOUCH_CTIME 4u
void inode_touch(struct inode *inode, unsigned times);

/* Reading without O_NOATIME: by the rule of relatime, mount(8). */
void inode_accessed(struct inode *inode);

/* The mode of a file without the bits by which running it gives rights away: set-user-ID, and
 * set-group-ID where it means that, or where cred couldn't set it. */
mode_t inode_mode_without_privileges(const struct inode *inode, const struct cred *cred);

/* Somebody writes to the file: unless it is root, these bits go. With the inode's lock held. */
void inode_clear_privileges(struct inode *inode, const struct cred *cred);

/* What stat(2) tells. */
void inode_stat(struct inode *inode, struct stat *st);

/* The text of a symbolic link into buffer[size], without NUL, cut to size: its length. */
ssize_t inode_readlink(struct inode *inode, char *buffer, size_t size);

/* nlink up: 0, or 1 for the first name of a file that had none yet; -ENOENT when the last name has
 * just gone, -EMLINK. And down: what is left. */
int inode_link_get(struct inode *inode);
uint32_t inode_link_put(struct inode *inode);

/* Openings for writing and executions keep each other out: -ETXTBSY. Each success is undone by
 * its partner. (exec: deny while a program is mapped; open: get while a file is open.) */
int inode_write_get(struct inode *inode);
void inode_write_put(struct inode *inode);
int inode_write_deny(struct inode *inode);
void inode_write_allow(struct inode *inode);

/* The file operations of special files: S_IFIFO is kernel/ipc's to register, S_IFSOCK kernel/net's,
 * S_IFBLK kernel/block's (INIT_CALL core). S_IFCHR is kernel/vfs/chrdev.c. */
void inode_register_type(mode_t type, const struct file_ops *ops);
/* What opening a special file of this mode does; where nothing is registered: -ENXIO. */
const struct file_ops *inode_special_ops(mode_t mode);

/* Now, as file systems stamp it. */
struct timespec time_now(void);

#endif
