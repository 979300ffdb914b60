/*
 * inotify(7): a file from which is read what happens to others.
 */
#ifndef LIMEN_IPC_INOTIFY_H
#define LIMEN_IPC_INOTIFY_H

#include "kernel/abi/inotify.h"
#include "kernel/vfs/file.h"

/* A descriptor of a new instance. -EMFILE (of this user's, too), -ENOMEM. */
int inotify_open(unsigned flags);

/* inotify_add_watch(2) of a file that may be no inotify (-EINVAL): the watch's number. -EEXIST
 * (IN_MASK_CREATE), -ENOSPC, -ENOMEM. */
int inotify_watch(struct file *file, struct inode *inode, uint32_t mask);

/* inotify_rm_watch(2): -EINVAL. */
int inotify_unwatch(struct file *file, int wd);

/* True if the file is an inotify. */
bool file_is_inotify(const struct file *file);

#endif
