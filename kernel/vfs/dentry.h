/*
 * Dentries: names in directories. All dentries of a file system form a tree under its root. A file
 * system in memory keeps its directories nowhere else: what is linked there is pinned, and a name
 * that is not in the tree does not exist. One that finds its names elsewhere has inode_ops.lookup,
 * and its dentries live as long as somebody uses them.
 *
 * Every dentry that others can see has an inode, and keeps it, and a reference of its parent.
 *
 * Locking: dentry->lock guards the two trees of children. A dentry's parent and name change in
 * rename only, under namespace_lock (kernel/vfs/mount.h), the parents' locks and the parents' inode
 * mutexes: any one of them is enough to read. Adding and removing names: the directory's inode
 * mutex.
 */
#ifndef LIMEN_VFS_DENTRY_H
#define LIMEN_VFS_DENTRY_H

#include "kernel/abi/limits.h"
#include "kernel/core/atomic.h"
#include "kernel/core/spinlock.h"
#include "kernel/lib/rbtree.h"
#include "kernel/lib/types.h"
#include "kernel/vfs/inode.h"

#define DENTRY_NAME_INLINE 32

/* A component of a path: not NUL-terminated. */
struct name {
    const char *text;
    uint32_t length; /* 1 to NAME_MAX, unless it comes from a path and wasn't looked up yet */
    uint32_t hash;   /* by name_hash_step */
};

#define DENTRY_LINKED 0x1u  /* in its parent's trees: its name exists */
#define DENTRY_PINNED 0x2u  /* ... and that holds a reference */
#define DENTRY_MOUNTED 0x4u /* something is mounted here; under namespace_lock, read by anybody */
#define DENTRY_DEAD 0x8u    /* a removed directory: takes no new names */

struct dentry {
    struct refcount ref;
    uint32_t flags; /* DENTRY_*; atomic */
    struct inode *inode;
    struct superblock *sb;

    struct dentry *parent; /* a root's is itself */
    struct name name;
    char name_inline[DENTRY_NAME_INLINE];
    struct rb_node by_name;  /* in parent->names */
    struct rb_node by_order; /* in parent->order */
    loff_t position; /* of this entry for getdents64; one of the same parent never has it too */

    struct spinlock lock; /* RANK_DENTRY */
    struct rb_root names; /* children by hash */
    struct rb_root order; /* children by position: the newest first */
    loff_t next_position; /* of the next child; falls */
    uint32_t children;
};

/* FNV-1a, a byte at a time. */
#define NAME_HASH_INIT 2166136261u

static inline uint32_t name_hash_step(uint32_t hash, char byte)
{
    return (hash ^ (uint8_t)byte) * 16777619u;
}

/* The name that a text is, which stays the caller's. */
void name_init(struct name *name, const char *text);

/* A dentry for `name` in parent, not visible yet, without inode. -ENOMEM. */
int dentry_create(struct dentry *parent, const struct name *name, struct dentry **out);
/* The root of a file system; takes over the reference of `inode`, also on failure. -ENOMEM. */
int dentry_create_root(struct superblock *sb, struct inode *inode, struct dentry **out);

static inline void dentry_get(struct dentry *dentry)
{
    refcount_get(&dentry->ref);
}

void dentry_put(struct dentry *dentry);

/* The child of that name, from the tree or as the file system finds it, with a reference. -ENOENT,
 * -ENAMETOOLONG, -ENOMEM. The second one with the directory's inode mutex held. May sleep. */
int dentry_lookup(struct dentry *dir, const struct name *name, struct dentry **out);
int dentry_lookup_locked(struct dentry *dir, const struct name *name, struct dentry **out);

/* Makes a fresh dentry visible with its inode, whose reference it takes over on success. pinned:
 * for file systems in memory. -ENOENT: the directory was removed meanwhile. */
int dentry_add(struct dentry *child, struct inode *inode, bool pinned);

/* Takes a name away, if it is still there; who has the dentry open keeps it. */
void dentry_remove(struct dentry *child);

/* Marks an empty directory as removed, so that nothing is added to it any more: -ENOTEMPTY. */
int dentry_kill_dir(struct dentry *dir);

/* Removes all names below a root, at the end of a file system in memory: nobody looks at it. */
void dentry_drop_tree(struct dentry *root);

/* rename: `old` takes parent and name of `fresh` (new, never added), and `victim`, which has that
 * name (or NULL), is removed. Under both parents' mutexes and the rename mutex. */
void dentry_move(struct dentry *old, struct dentry *fresh, struct dentry *victim);
/* rename: two linked ones change places. */
void dentry_exchange(struct dentry *a, struct dentry *b);

/* One line of a directory. */
struct dentry_entry {
    char name[NAME_MAX];
    uint32_t length;
    ino_t inode;
    unsigned type; /* DT_* */
    loff_t position;
};

/* A copy of the first child at or after `position`. False: there is none. */
bool dentry_next_entry(struct dentry *dir, loff_t position, struct dentry_entry *out);

/* True if `dentry` is `ancestor` or below it. Caller: no rename may be under way. */
bool dentry_is_below(const struct dentry *dentry, const struct dentry *ancestor);

static inline bool dentry_is_linked(const struct dentry *dentry)
{
    return (atomic_load(&dentry->flags) & DENTRY_LINKED) != 0;
}

#endif
