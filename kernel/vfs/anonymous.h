/*
 * Files that are nothing but operations: epolls, eventfds and their kin. They have no name; all of
 * a kind share an inode, which is there for fstat(2) and for what /proc/PID/fd shows.
 */
#ifndef LIMEN_VFS_ANONYMOUS_H
#define LIMEN_VFS_ANONYMOUS_H

#include "kernel/vfs/file.h"

struct anonymous_kind {
    const char *name; /* "[eventfd]" */
    const struct file_ops *ops;
    struct path path; /* anonymous_register's */
};

/* INIT_CALL(2): makes the kind's inode. */
void anonymous_register(struct anonymous_kind *kind);

/* A descriptor of a new file; flags: access mode, O_NONBLOCK, O_CLOEXEC. -EMFILE, -ENOMEM:
 * `private` is still the caller's. */
int anonymous_open(const struct anonymous_kind *kind, unsigned flags, void *private);

/* The same in two steps, the descriptor being reserved by fd_reserve and filled by fd_fill. */
int anonymous_create(const struct anonymous_kind *kind, unsigned flags, void *private,
                     struct file **out);

#endif
