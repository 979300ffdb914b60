/*
 * A process's view of the file system: root directory, working directory, umask (struct
 * fs_context). Shared by CLONE_FS, copied by fork.
 *
 * Locking: fs->lock guards both paths; umask is one word. All contexts are in a list, for
 * pivot_root.
 */
#ifndef LIMEN_VFS_FS_H
#define LIMEN_VFS_FS_H

#include "kernel/core/atomic.h"
#include "kernel/core/spinlock.h"
#include "kernel/lib/list.h"
#include "kernel/vfs/path.h"

struct fs_context {
    struct refcount ref;
    uint32_t tasks;       /* whose it is; others may look at it for a moment. Atomic */
    struct spinlock lock; /* RANK_FS */
    mode_t umask;         /* atomic */
    struct path root;
    struct path cwd;
    struct list node; /* of all contexts; fs_list_lock */
};

/* For the first process: root and cwd are the root of all, umask 022. -ENOMEM. */
int fs_context_create(struct fs_context **out);
/* For fork. -ENOMEM. */
int fs_context_clone(struct fs_context *from, struct fs_context **out);

static inline void fs_context_get(struct fs_context *fs)
{
    refcount_get(&fs->ref);
}

void fs_context_put(struct fs_context *fs); /* may sleep; NULL: nothing */

/* A task more has it (CLONE_FS), or one less: with a reference each. */
void fs_context_share(struct fs_context *fs);
void fs_context_leave(struct fs_context *fs); /* may sleep; NULL: nothing */

/* Copies with references: path_put them. fs NULL (a kernel thread): the root of all. */
void fs_context_root(struct fs_context *fs, struct path *out);
void fs_context_cwd(struct fs_context *fs, struct path *out);

/* Replaces one of the paths; a reference of *path is taken. */
void fs_context_set_root(struct fs_context *fs, const struct path *path);
void fs_context_set_cwd(struct fs_context *fs, const struct path *path);

/* pivot_root(2): whose root or working directory is `old` gets `fresh` instead. The caller has
 * references on both. */
void fs_contexts_replace(const struct path *old, const struct path *fresh);

#endif
