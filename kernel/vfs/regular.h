/*
 * The file operations of regular files whose data is in a page cache (inode->cache). Their file
 * system adds inode_ops.write and .truncate.
 */
#ifndef LIMEN_VFS_REGULAR_H
#define LIMEN_VFS_REGULAR_H

#include "kernel/vfs/file.h"

extern const struct file_ops regular_file_ops;

#endif
