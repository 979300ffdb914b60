/*
 * inotify_init(2), inotify_add_watch(2), inotify_rm_watch(2). What they do is kernel/ipc's.
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/ipc/inotify.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/inode.h"

#define IN_HOW \
    (IN_ONLYDIR | IN_DONT_FOLLOW | IN_EXCL_UNLINK | IN_MASK_CREATE | IN_MASK_ADD | IN_ONESHOT)
#define IN_KNOWN (IN_ALL_EVENTS | IN_UNMOUNT | IN_Q_OVERFLOW | IN_IGNORED | IN_ISDIR | IN_HOW)

/* A descriptor from which is read what happens to the files that it watches. */
long sys_inotify_init1(int flags)
{
    return flags & ~(IN_CLOEXEC | IN_NONBLOCK) ? -EINVAL : inotify_open((unsigned)flags);
}

/* As inotify_init1, without flags. */
long sys_inotify_init(void)
{
    return inotify_open(0);
}

/* The file that is to be watched, which the caller may read. */
static int find_watched(const char __user *path, uint32_t mask, struct path *found)
{
    int err = path_lookup_user(AT_FDCWD, path, mask & IN_DONT_FOLLOW ? 0 : LOOKUP_FOLLOW, found);

    if (err)
        return err;
    if ((mask & IN_ONLYDIR) && !inode_is_dir(path_inode(found)))
        err = -ENOTDIR;
    else
        err = inode_permission(path_inode(found), current->cred, MAY_READ);
    if (err)
        path_put(found);
    return err;
}

/* Watches a file or folder for the events of the mask: the watch's number. Watched already, it gets
 * this mask. */
long sys_inotify_add_watch(int fd, const char __user *path, unsigned int mask)
{
    struct file *file;
    struct path found;
    long result = -EINVAL;

    if (!(mask & IN_KNOWN))
        return -EINVAL;
    file = fd_get((unsigned)fd);
    if (!file)
        return -EBADF;
    if ((mask & (IN_MASK_ADD | IN_MASK_CREATE)) != (IN_MASK_ADD | IN_MASK_CREATE) &&
        file_is_inotify(file))
        result = find_watched(path, mask, &found);
    if (result == 0) {
        result = inotify_watch(file, path_inode(&found), mask);
        path_put(&found);
    }
    file_put(file);
    return result;
}

/* Ends a watch. */
long sys_inotify_rm_watch(int fd, int wd)
{
    struct file *file = fd_get((unsigned)fd);
    int err;

    if (!file)
        return -EBADF;
    err = inotify_unwatch(file, wd);
    file_put(file);
    return err;
}
