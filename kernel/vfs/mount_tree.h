/*
 * What mount.c and mount_change.c share of the tree of mounts.
 */
#ifndef LIMEN_VFS_MOUNT_TREE_H
#define LIMEN_VFS_MOUNT_TREE_H

#include "kernel/vfs/mount.h"

extern struct mount *first_mount; /* the root of all; under namespace_lock */

/* mount_put, which is no sign that the mount was used (MNT_EXPIRE). */
void mount_put_unused(struct mount *mount);

#endif
