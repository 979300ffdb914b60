/*
 * The file operations of regular files whose data is in a page cache (inode->cache). Their file
 * system adds inode_ops.write and .truncate.
 */
#ifndef LIMEN_VFS_REGULAR_H
#define LIMEN_VFS_REGULAR_H

#include "kernel/vfs/file.h"

/* fallocate(2) with FALLOC_FL_* on any file: -EBADF, -EOPNOTSUPP, -EINVAL, -ESPIPE, -EISDIR,
 * -ENODEV, -EFBIG, -ENOSPC, -ENOMEM, -EINTR. */
int file_allocate(struct file *file, unsigned mode, loff_t offset, loff_t length);

extern const struct file_ops regular_file_ops;

#endif
