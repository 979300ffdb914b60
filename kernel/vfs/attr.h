/*
 * Changing what an inode is: mode, owner, times, size, with the checks of chmod(2), chown(2),
 * utimensat(2) and truncate(2) for the running thread. All take the inode's lock, and say -EROFS
 * where the path's mount forbids writing, -EOPNOTSUPP for files of anonymous.h.
 */
#ifndef LIMEN_VFS_ATTR_H
#define LIMEN_VFS_ATTR_H

#include "kernel/vfs/inode.h"
#include "kernel/vfs/path.h"

/* -EPERM. */
int path_chmod(const struct path *path, mode_t mode);

/* (uid_t)-1, (gid_t)-1: as it is. -EPERM. */
int path_chown(const struct path *path, uid_t uid, gid_t gid);

/* times: access and modification, each may be UTIME_NOW or UTIME_OMIT in tv_nsec, and is valid.
 * NULL: both now. -EPERM, -EACCES. */
int path_set_times(const struct path *path, const struct timespec times[2]);

/* -EISDIR, -EINVAL (not a regular file, or size below 0), -ETXTBSY, -EFBIG, -ENOMEM. `touch`: the
 * times change even when the size doesn't. Permission to write is the caller's to check. */
int path_truncate(const struct path *path, loff_t size, bool touch);

#endif
