/*
 * Calls that make, remove and rename names: mkdir(2), mknod(2), symlink(2), link(2), unlink(2),
 * rmdir(2), rename(2), and umask(2). The work is in kernel/vfs/namei.c and rename.c.
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/fs.h"
#include "kernel/vfs/namei.h"

/* Two names from user space; both or none. */
static int names_get(const char __user *first, const char __user *second, struct path_name *a,
                     struct path_name *b)
{
    int err = path_name_read(first, a);

    if (err)
        return err;
    err = path_name_read(second, b);
    if (err)
        path_name_drop(a);
    return err;
}

static void names_put(struct path_name *a, struct path_name *b)
{
    path_name_drop(a);
    path_name_drop(b);
}

/* As mkdir; a relative path begins at dirfd. */
long sys_mkdirat(int dirfd, const char __user *path, mode_t mode)
{
    struct path_name name;
    int err = path_name_read(path, &name);

    if (err)
        return err;
    err = path_mkdir(dirfd, name.text, mode);
    path_name_drop(&name);
    return err;
}

/* Makes a folder. */
long sys_mkdir(const char __user *path, mode_t mode)
{
    return sys_mkdirat(AT_FDCWD, path, mode);
}

/* As mknod; a relative path begins at dirfd. */
long sys_mknodat(int dirfd, const char __user *path, mode_t mode, unsigned int dev)
{
    struct path_name name;
    int err = path_name_read(path, &name);

    if (err)
        return err;
    err = path_mknod(dirfd, name.text, mode,
                     dev); /* the low half of a dev_t is encoded the same way */
    path_name_drop(&name);
    return err;
}

/* Makes a file, a pipe with a name, or the node of a device. */
long sys_mknod(const char __user *path, mode_t mode, unsigned int dev)
{
    return sys_mknodat(AT_FDCWD, path, mode, dev);
}

/* As symlink; a relative link_path begins at dirfd. */
long sys_symlinkat(const char __user *target, int dirfd, const char __user *link_path)
{
    struct path_name text, name;
    int err = names_get(target, link_path, &text, &name);

    if (err)
        return err;
    err = path_symlink(text.text, dirfd, name.text);
    names_put(&text, &name);
    return err;
}

/* Makes a symbolic link. */
long sys_symlink(const char __user *target, const char __user *link_path)
{
    return sys_symlinkat(target, AT_FDCWD, link_path);
}

/* AT_EMPTY_PATH gives a descriptor's file a name; that takes a privilege. */
static int link_flags(int flags, unsigned *lookup)
{
    *lookup = flags & AT_SYMLINK_FOLLOW ? LOOKUP_FOLLOW : 0;
    if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH))
        return -EINVAL;
    if (flags & AT_EMPTY_PATH) {
        if (current->cred->fsuid != 0)
            return -ENOENT;
        *lookup |= LOOKUP_EMPTY;
    }
    return 0;
}

/* Gives what `old` leads to the name that the caller passed. */
static int link_user(const struct path *old, int dirfd, const char __user *path)
{
    struct path_name name;
    int err = path_name_read(path, &name);

    if (err)
        return err;
    err = path_link(old, dirfd, name.text);
    path_name_drop(&name);
    return err;
}

/* As link; relative paths begin at the dirfds. AT_SYMLINK_FOLLOW, AT_EMPTY_PATH. */
long sys_linkat(int old_dirfd, const char __user *old_path, int new_dirfd,
                const char __user *new_path, int flags)
{
    struct path old;
    unsigned lookup;
    int err = link_flags(flags, &lookup);

    if (err == 0)
        err = path_lookup_user(old_dirfd, old_path, lookup, &old);
    if (err)
        return err;
    err = link_user(&old, new_dirfd, new_path);
    path_put(&old);
    return err;
}

/* Gives a file a second name. */
long sys_link(const char __user *old_path, const char __user *new_path)
{
    return sys_linkat(AT_FDCWD, old_path, AT_FDCWD, new_path, 0);
}

/* As unlink, or rmdir with AT_REMOVEDIR; a relative path begins at dirfd. */
long sys_unlinkat(int dirfd, const char __user *path, int flags)
{
    struct path_name name;
    int err;

    if (flags & ~AT_REMOVEDIR)
        return -EINVAL;
    err = path_name_read(path, &name);
    if (err)
        return err;
    err = flags & AT_REMOVEDIR ? path_rmdir(dirfd, name.text) : path_unlink(dirfd, name.text);
    path_name_drop(&name);
    return err;
}

/* Removes a name; the file goes with its last name and its last descriptor. */
long sys_unlink(const char __user *path)
{
    return sys_unlinkat(AT_FDCWD, path, 0);
}

/* Removes an empty folder. */
long sys_rmdir(const char __user *path)
{
    return sys_unlinkat(AT_FDCWD, path, AT_REMOVEDIR);
}

/* Renames or moves; what had the new name goes. RENAME_NOREPLACE, RENAME_EXCHANGE; RENAME_WHITEOUT
 * leaves a character device 0:0 under the old name. */
long sys_renameat2(int old_dirfd, const char __user *old_path, int new_dirfd,
                   const char __user *new_path, unsigned int flags)
{
    struct path_name from, to;
    int err;

    if (flags & ~(unsigned)(RENAME_NOREPLACE | RENAME_EXCHANGE | RENAME_WHITEOUT))
        return -EINVAL;
    if ((flags & RENAME_EXCHANGE) && flags != RENAME_EXCHANGE)
        return -EINVAL;
    err = names_get(old_path, new_path, &from, &to);
    if (err)
        return err;
    err = path_rename(old_dirfd, from.text, new_dirfd, to.text, flags);
    names_put(&from, &to);
    return err;
}

/* As renameat2, without flags. */
long sys_renameat(int old_dirfd, const char __user *old_path, int new_dirfd,
                  const char __user *new_path)
{
    return sys_renameat2(old_dirfd, old_path, new_dirfd, new_path, 0);
}

/* As renameat2, from the current folder and without flags. */
long sys_rename(const char __user *old_path, const char __user *new_path)
{
    return sys_renameat2(AT_FDCWD, old_path, AT_FDCWD, new_path, 0);
}

/* Sets which permission bits new files don't get; tells what it was. */
long sys_umask(mode_t mask)
{
    return atomic_swap(&current->fs->umask, mask & 0777);
}
