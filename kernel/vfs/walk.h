/*
 * The path walk in the hands of kernel/vfs: path.c makes the steps, open.c and namei.c use them
 * where the last component of a path is special (it is to be made, removed, renamed).
 *
 *     err = walk_begin(&walk, cred, dirfd, name, flags);
 *     if (err == 0)
 *         err = walk_parent(&walk);           (or walk_whole)
 *     ...
 *     walk_end(&walk);                        (in any case)
 */
#ifndef LIMEN_VFS_WALK_H
#define LIMEN_VFS_WALK_H

#include "kernel/vfs/dentry.h"
#include "kernel/vfs/path.h"

enum walk_last {
    WALK_NAME,   /* an ordinary name */
    WALK_ROOT,   /* there is no component: "/" */
    WALK_DOT,    /* . */
    WALK_DOTDOT, /* .. */
};

/* Text being walked, and what keeps it in memory if it is a symbolic link's. */
struct walk_text {
    const char *at;      /* what is left of it, from the next component on */
    struct inode *inode; /* whose `link` it is; or NULL */
    struct mount *mount; /* with inode: what keeps its file system */
    char *buffer;        /* kmalloc'ed; or NULL */
};

struct walk {
    const struct cred *cred;
    unsigned flags;   /* LOOKUP_* */
    struct path at;   /* how far the walk has come; empty before the start */
    struct path root; /* the process's, or LOOKUP_SCOPED's; empty until it is needed */
    struct walk_text text;
    unsigned links; /* symbolic links followed so far */
    unsigned depth; /* texts on the stack */

    /* After walk_parent: what comes after `at`, not looked up yet. */
    enum walk_last last_type;
    struct name last; /* of WALK_NAME; points into `text` */
    bool must_be_dir; /* slashes follow it */

    /* Texts to go on with when `text` ends, each with a component left. */
    struct walk_text stack[SYMLINKS_MAX];
};

int walk_begin(struct walk *walk, const struct cred *cred, int dirfd, const char *name,
               unsigned flags);
void walk_end(struct walk *walk);

/* Up to the end; walk->at is the result. */
int walk_whole(struct walk *walk);

/* Up to the directory in which the last component is (searchable, but maybe removed). */
int walk_parent(struct walk *walk);

/* The last component found: goes there (crossing what is mounted). Takes the reference of child. 0,
 * or -EXDEV where the walk must not go. */
int walk_enter(struct walk *walk, struct dentry *child);

/* The last component is a symbolic link and is to be followed; go on with walk_parent. */
int walk_follow(struct walk *walk, struct dentry *link);

/* The last component is `.`, `..` or nothing: goes there. 0, -EXDEV. */
int walk_enter_special(struct walk *walk);

/* The walk has ended: is that still where LOOKUP_SCOPED allows, whatever was renamed meanwhile?
 * 0, -EXDEV. walk_whole has asked already. */
int walk_check_scope(const struct walk *walk);

/* Moves the result out of the walk. */
void walk_take(struct walk *walk, struct path *out);

#endif
