/*
 * Paths: the one place where names are resolved (path_resolution(7)), and the text of a path.
 *
 * A struct path is a place in the tree of all mounts; who holds one owns a reference on each half.
 * Names come from user space as kernel copies (path_name_read) and are at most PATH_MAX with NUL.
 */
#ifndef LIMEN_VFS_PATH_H
#define LIMEN_VFS_PATH_H

#include "kernel/abi/fcntl.h"
#include "kernel/abi/limits.h"
#include "kernel/core/cred.h"
#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

struct dentry;
struct file;
struct inode;
struct mount;
struct text;

struct path {
    struct mount *mount;
    struct dentry *dentry; /* NULL (and mount too): the path is empty */
};

void path_get(const struct path *path);
void path_put(const struct path *path); /* an empty one: nothing */
struct inode *path_inode(const struct path *path);

static inline bool path_equal(const struct path *a, const struct path *b)
{
    return a->mount == b->mount && a->dentry == b->dentry;
}

/* A path name from user space: a short one needs no memory but this. */
struct path_name {
    char *text;
    char space[128];
};

/* Copies a name; path_name_drop frees it. -EFAULT, -ENAMETOOLONG, -ENOMEM. An empty name is for the
 * walk to refuse. */
int path_name_read(const char __user *user, struct path_name *name);
void path_name_drop(struct path_name *name);

/* The same for who is deep down the stack with it (execve): the copy is in memory of its own. */
int path_name_get(const char __user *user, char **out);
void path_name_put(char *name);

/* How to walk. */
#define LOOKUP_FOLLOW 0x1u    /* a symbolic link at the end is followed */
#define LOOKUP_DIRECTORY 0x2u /* the end must be a directory: -ENOTDIR */
#define LOOKUP_EMPTY 0x4u     /* AT_EMPTY_PATH: "" is dirfd itself, of whatever type */
/* openat2(2)'s RESOLVE_*, moved up. */
#define LOOKUP_RESOLVE(resolve) ((unsigned)(resolve) << 8)
#define LOOKUP_NO_XDEV LOOKUP_RESOLVE(RESOLVE_NO_XDEV)
#define LOOKUP_NO_MAGICLINKS LOOKUP_RESOLVE(RESOLVE_NO_MAGICLINKS)
#define LOOKUP_NO_SYMLINKS LOOKUP_RESOLVE(RESOLVE_NO_SYMLINKS)
#define LOOKUP_BENEATH LOOKUP_RESOLVE(RESOLVE_BENEATH)
#define LOOKUP_IN_ROOT LOOKUP_RESOLVE(RESOLVE_IN_ROOT)
#define LOOKUP_SCOPED (LOOKUP_BENEATH | LOOKUP_IN_ROOT)

/* Resolves `name` from directory dirfd (AT_FDCWD: the working directory) with the running thread's
 * file-system credentials. 0 and a path whose references the caller owns; -ENOENT, -ENOTDIR,
 * -EACCES, -ELOOP, -ENAMETOOLONG, -EBADF, -ENOMEM. May sleep. */
int path_lookup(int dirfd, const char *name, unsigned flags, struct path *out);

/* The same with other credentials (access(2)). */
int path_lookup_as(const struct cred *cred, int dirfd, const char *name, unsigned flags,
                   struct path *out);

/* The same for a name in user space: copies it first. */
int path_lookup_user(int dirfd, const char __user *name, unsigned flags, struct path *out);

/* What open(2) knows; it ignores the rest. */
#define OPEN_FLAGS                                                                         \
    (O_ACCMODE | O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC | O_APPEND | O_NONBLOCK | O_DSYNC | \
     O_ASYNC | O_DIRECT | O_LARGEFILE | O_DIRECTORY | O_NOFOLLOW | O_NOATIME | O_CLOEXEC | \
     O_SYNC | O_PATH | O_TMPFILE)
#define O_PATH_FLAGS (O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/*
 * open(2) with flags O_* and the mode of a file that is made (umask is applied here). A new open
 * file description with one reference in *out, without descriptor. O_DIRECT is refused. `resolve`:
 * openat2(2)'s RESOLVE_*, checked.
 */
int path_open(int dirfd, const char *name, int flags, mode_t mode, unsigned resolve,
              struct file **out);

/*
 * getcwd(2)'s text of a path as seen from `root`: written with NUL to the end of buffer[size],
 * where *text then points. Its length without NUL; -ERANGE: it does not fit; -ENOENT: the name is
 * gone. What is not below root begins with "(unreachable)".
 */
ssize_t path_format(const struct path *path, const struct path *root, char *buffer, size_t size,
                    char **text);

/* The last component of a path's name, cut to size, with NUL. */
void path_last_name(const struct path *path, char *buffer, size_t size);

/* For /proc/mounts, under namespace_lock: where a mount is as seen from root, and what of its file
 * system it shows, at the end of buffer[PATH_MAX] with NUL. NULL: it is not below root, or too
 * long.
 */
char *mount_place_text(const struct mount *mount, const struct path *root, char buffer[PATH_MAX]);
char *mount_root_text(const struct mount *mount, char buffer[PATH_MAX]);

/* The text that links in /proc and /proc/PID/maps show, from the running thread's root: with
 * " (deleted)" behind a name that is gone, "pipe:[12]" for what never had one. 0, -ENOMEM. */
int path_show(const struct path *path, struct text *text);

#endif
