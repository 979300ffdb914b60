/*
 * May a thread make or remove a name in a directory? Shared by namei.c and rename.c; the directory
 * is locked.
 */
#ifndef LIMEN_VFS_MAY_H
#define LIMEN_VFS_MAY_H

#include "kernel/vfs/dentry.h"

/* 0, -ENOENT (the directory was removed), -EACCES. */
int may_create(struct inode *dir, const struct dentry *dir_dentry, const struct cred *cred);

/* is_dir: by a call that removes directories. 0, -EACCES, -EPERM (sticky bit), -ENOTDIR, -EISDIR,
 * -EBUSY (something is mounted there). */
int may_remove(struct inode *dir, const struct dentry *victim, bool is_dir,
               const struct cred *cred);

#endif
