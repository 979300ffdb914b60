/*
 * Calls on what files are: stat(2), access(2), readlink(2), chmod(2), chown(2), truncate(2).
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/stat.h"
#include "kernel/mm/slab.h"
#include "kernel/mm/uaccess.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/attr.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/mount.h"
#include "kernel/vfs/notify.h"

/* LOOKUP_* of a call that follows links unless AT_SYMLINK_NOFOLLOW is set. */
static unsigned lookup_flags(int flags)
{
    return (flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW) |
           (flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0);
}

static long stat_copy(struct inode *inode, struct stat __user *to)
{
    struct stat st;

    inode_stat(inode, &st);
    return copy_to_user(to, &st, sizeof(st));
}

/* As stat; a relative path begins at dirfd. AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH. */
long sys_newfstatat(int dirfd, const char __user *path, struct stat __user *st, int flags)
{
    struct path found;
    long err;

    if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH | AT_STATX_SYNC_TYPE))
        return -EINVAL;
    err = path_lookup_user(dirfd, path, lookup_flags(flags), &found);
    if (err)
        return err;
    err = stat_copy(path_inode(&found), st);
    path_put(&found);
    return err;
}

/* Tells of a file: kind, rights, owner, size, times. Follows a symbolic link. */
long sys_stat(const char __user *path, struct stat __user *st)
{
    return sys_newfstatat(AT_FDCWD, path, st, 0);
}

/* As stat, but of a symbolic link itself. */
long sys_lstat(const char __user *path, struct stat __user *st)
{
    return sys_newfstatat(AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW);
}

/* As stat, of an open file. */
long sys_fstat(unsigned int fd, struct stat __user *st)
{
    struct file *file = fd_get_any(fd);
    long err;

    if (!file)
        return -EBADF;
    err = stat_copy(file->inode, st);
    file_put(file);
    return err;
}

/* What the inode allows, and the mount. */
static int path_permission(const struct path *path, const struct cred *cred, unsigned access)
{
    mode_t mode = path_inode(path)->mode;
    bool is_special = S_ISCHR(mode) || S_ISBLK(mode) || S_ISFIFO(mode) || S_ISSOCK(mode);
    int err;

    if ((access & MAY_EXEC) && S_ISREG(mode) && mount_has(path->mount, MS_NOEXEC))
        return -EACCES;
    err = inode_permission(path_inode(path), cred, access);
    if (err == 0 && (access & MAY_WRITE) && !is_special && mount_is_readonly(path->mount))
        err = -EROFS;
    return err;
}

static int access_as(const struct cred *cred, int dirfd, const char *name, unsigned access,
                     int flags)
{
    struct path path;
    int err = path_lookup_as(cred, dirfd, name, lookup_flags(flags), &path);

    if (err)
        return err;
    if (access)
        err = path_permission(&path, cred, access);
    path_put(&path);
    return err;
}

/* As access; a relative path begins at dirfd. AT_EACCESS: for the user that the thread acts as;
 * AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH. */
long sys_faccessat2(int dirfd, const char __user *path, int mode, int flags)
{
    struct cred cred = *current->cred;
    struct path_name name;
    int err;

    if ((mode & ~(R_OK | W_OK | X_OK)) ||
        (flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH)))
        return -EINVAL;
    err = path_name_read(path, &name);
    if (err)
        return err;
    if (!(flags & AT_EACCESS)) {
        cred.fsuid = cred.uid;
        cred.fsgid = cred.gid;
    }
    err = access_as(&cred, dirfd, name.text, (unsigned)mode, flags);
    path_name_drop(&name);
    return err;
}

/* As access; a relative path begins at dirfd. */
long sys_faccessat(int dirfd, const char __user *path, int mode)
{
    return sys_faccessat2(dirfd, path, mode, 0);
}

/* May the real user and group do this (R_OK, W_OK, X_OK) with a file; does it exist (F_OK)? */
long sys_access(const char __user *path, int mode)
{
    return sys_faccessat(AT_FDCWD, path, mode);
}

/* The text of the link that the path ends at. */
static long readlink_copy(const struct path *path, char __user *buf, int size)
{
    struct inode *inode = path_inode(path);
    char *text = kmalloc(PATH_MAX);
    ssize_t length;

    if (!text)
        return -ENOMEM;
    mount_accessed(path->mount, inode);
    length = inode_readlink(inode, text, min_t(size_t, (size_t)size, PATH_MAX));
    if (length > 0 && copy_to_user(buf, text, (size_t)length) != 0)
        length = -EFAULT;
    kfree(text);
    return length;
}

/* As readlink; a relative path begins at dirfd, an empty one means dirfd itself. */
long sys_readlinkat(int dirfd, const char __user *path, char __user *buf, int size)
{
    struct path found;
    bool empty;
    struct path_name name;
    long err;

    if (size <= 0)
        return -EINVAL;
    err = path_name_read(path, &name);
    if (err)
        return err;
    empty = *name.text == '\0';
    err = path_lookup(dirfd, name.text, LOOKUP_EMPTY, &found);
    path_name_drop(&name);
    if (err)
        return err;
    if (inode_is_link(path_inode(&found)))
        err = readlink_copy(&found, buf, size);
    else
        err = empty ? -ENOENT : -EINVAL;
    path_put(&found);
    return err;
}

/* Where a symbolic link leads, without a NUL: how many bytes. */
long sys_readlink(const char __user *path, char __user *buf, int size)
{
    return sys_readlinkat(AT_FDCWD, path, buf, size);
}

/* As chmod; a relative path begins at dirfd. */
long sys_fchmodat(int dirfd, const char __user *path, mode_t mode)
{
    struct path found;
    long err = path_lookup_user(dirfd, path, LOOKUP_FOLLOW, &found);

    if (err)
        return err;
    err = path_chmod(&found, mode);
    if (err == 0)
        notify_path(&found, IN_ATTRIB);
    path_put(&found);
    return err;
}

/* Changes a file's permission bits. */
long sys_chmod(const char __user *path, mode_t mode)
{
    return sys_fchmodat(AT_FDCWD, path, mode);
}

/* As chmod, of an open file. */
long sys_fchmod(unsigned int fd, mode_t mode)
{
    struct file *file = fd_get(fd);
    long err;

    if (!file)
        return -EBADF;
    err = path_chmod(&file->path, mode);
    if (err == 0)
        notify_path(&file->path, IN_ATTRIB);
    file_put(file);
    return err;
}

static int chown_path(const struct path *path, uid_t uid, gid_t gid)
{
    int err = path_chown(path, uid, gid);

    if (err == 0 && (uid != (uid_t)-1 || gid != (gid_t)-1))
        notify_path(path, IN_ATTRIB);
    return err;
}

/* As chown; a relative path begins at dirfd. AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH. */
long sys_fchownat(int dirfd, const char __user *path, uid_t uid, gid_t gid, int flags)
{
    struct path found;
    long err;

    if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
        return -EINVAL;
    err = path_lookup_user(dirfd, path, lookup_flags(flags), &found);
    if (err)
        return err;
    err = chown_path(&found, uid, gid);
    path_put(&found);
    return err;
}

/* Changes a file's owner and group; -1 leaves one as it is. */
long sys_chown(const char __user *path, uid_t uid, gid_t gid)
{
    return sys_fchownat(AT_FDCWD, path, uid, gid, 0);
}

/* As chown, of a symbolic link itself. */
long sys_lchown(const char __user *path, uid_t uid, gid_t gid)
{
    return sys_fchownat(AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW);
}

/* As chown, of an open file. */
long sys_fchown(unsigned int fd, uid_t uid, gid_t gid)
{
    struct file *file = fd_get(fd);
    long err;

    if (!file)
        return -EBADF;
    err = chown_path(&file->path, uid, gid);
    file_put(file);
    return err;
}

/* truncate(2) of what the path leads to. */
static int truncate_path(const struct path *path, loff_t length)
{
    struct inode *inode = path_inode(path);
    int err;

    if (inode_is_dir(inode))
        return -EISDIR;
    if (!S_ISREG(inode->mode))
        return -EINVAL;
    err = inode_permission(inode, current->cred, MAY_WRITE);
    if (err == 0)
        err = path_truncate(path, length, false);
    if (err == 0)
        notify_path(path, IN_MODIFY);
    return err;
}

/* Cuts a file off at `length`, or extends it with zeros. */
long sys_truncate(const char __user *path, off_t length)
{
    struct path found;
    long err;

    if (length < 0)
        return -EINVAL;
    err = path_lookup_user(AT_FDCWD, path, LOOKUP_FOLLOW, &found);
    if (err)
        return err;
    err = truncate_path(&found, length);
    path_put(&found);
    return err;
}
