/*
 * Extended attributes of inodes (xattr(7)): user.* and trusted.*, kept in memory with the inode
 * where its file system has inode_ops.charge. All checks of who may are here.
 *
 * Locking: the inode's mutex.
 */
#ifndef LIMEN_VFS_XATTR_H
#define LIMEN_VFS_XATTR_H

#include "kernel/abi/xattr.h"
#include "kernel/vfs/path.h"

/* flags: XATTR_CREATE, XATTR_REPLACE. value NULL: removes it. -EOPNOTSUPP (the file system, or the
 * name's first part), -EPERM, -EACCES, -EINVAL, -EEXIST, -ENODATA, -ENOSPC, -ENOMEM, -EROFS. */
int path_set_xattr(const struct path *path, const char *name, const void *value, size_t size,
                   int flags);

/* The value's size; it is in buffer[size] unless size is 0. -ERANGE: doesn't fit. */
ssize_t path_get_xattr(const struct path *path, const char *name, void *buffer, size_t size);

/* The names, each with NUL, likewise. */
ssize_t path_list_xattrs(const struct path *path, char *buffer, size_t size);

/* The inode comes to its end. */
void inode_xattrs_free(struct inode *inode);

#endif
