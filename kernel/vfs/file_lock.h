/*
 * Locks on files: fcntl(2)'s record locks, which belong to a process (its descriptor table) or to
 * an open file description (OFD), and flock(2)'s, which belong to a description and cover all of
 * the file. The first two kinds know each other; flock's stand apart. All are advisory.
 *
 * Locking: one mutex for all locks of all files (RANK_FILE_LOCK): they are few, and who waits for
 * whom crosses files.
 */
#ifndef LIMEN_VFS_FILE_LOCK_H
#define LIMEN_VFS_FILE_LOCK_H

#include "kernel/lib/types.h"

struct file;
struct inode;
struct text;

#define FILE_LOCKS_MAX 65536u  /* of all files together; more is -ENOLCK */
#define LOCK_END_MAX INT64_MAX /* a lock that ends here has no end */

enum lock_kind {
    LOCK_OF_PROCESS,
    LOCK_OF_DESCRIPTION,
    LOCK_OF_FLOCK,
};

/* A lock that is held or wanted. */
struct lock_range {
    enum lock_kind kind;
    int type;                /* F_RDLCK, F_WRLCK; F_UNLCK when it is to go */
    loff_t start, end;       /* bytes; end is the last one */
    const void *owner;       /* struct files of a process, else struct file; only compared */
    const struct file *file; /* by which it was made; likewise */
    pid_t pid;               /* who made it, for F_GETLK and /proc/locks */
};

/* Puts `wanted` in place of what its owner has there; F_UNLCK takes that away. When others' locks
 * are in the way: -EAGAIN, or waits: -EDEADLK (they wait for us, LOCK_OF_PROCESS only),
 * -ERESTARTSYS. -ENOLCK: too many locks, or no memory. */
int file_lock_set(struct file *file, const struct lock_range *wanted, bool wait);

/* The first lock that is in the way of `wanted` into *found; false: there is none. */
bool file_lock_test(struct file *file, const struct lock_range *wanted, struct lock_range *found);

/* A process closes a descriptor of the file: its locks on it go, whichever descriptor made them. */
void file_locks_leave(struct file *file, const void *owner);

/* A description, or an inode, comes to its end. */
void file_locks_release(struct file *file);
void inode_locks_free(struct inode *inode);

/* /proc/PID/fdinfo/FD: the locks that were made by this description for itself, or for the process
 * that has these files (`owner`). */
void file_locks_show_made(const struct file *file, const void *owner, struct text *text);

/* /proc/locks. */
int file_locks_show(struct text *text);

#endif
