/*
 * Making, removing and renaming names, by path: what mkdir(2), mknod(2), symlink(2), link(2),
 * unlink(2), rmdir(2) and rename(2) do, for system calls and for the kernel itself. Everything is
 * checked here with the running thread's credentials; errors are those of the calls. May sleep.
 */
#ifndef LIMEN_VFS_NAMEI_H
#define LIMEN_VFS_NAMEI_H

#include "kernel/vfs/path.h"

struct dentry;
struct walk;

/* The umask is applied. mode of mknod: with type; 0 is a regular file. */
int path_mknod(int dirfd, const char *name, mode_t mode, dev_t rdev);
int path_mkdir(int dirfd, const char *name, mode_t mode);
int path_symlink(const char *target, int dirfd, const char *name);
/* Gives what `old` leads to another name. */
int path_link(const struct path *old, int dirfd, const char *name);
int path_unlink(int dirfd, const char *name);
int path_rmdir(int dirfd, const char *name);
/* flags: RENAME_NOREPLACE and RENAME_WHITEOUT, or RENAME_EXCHANGE. */
int path_rename(int old_dirfd, const char *old_name, int new_dirfd, const char *new_name,
                unsigned flags);

/* The mode of a new file without what the running thread's umask has. */
mode_t umask_apply(mode_t mode);

/* For open(2): makes a regular file of the walk's last name, whose directory is locked; a reference
 * in *out. umask is applied. */
int namei_create(struct walk *walk, mode_t mode, struct dentry **out);

#endif
