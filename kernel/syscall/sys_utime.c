/*
 * Calls that set the times of files: utimensat(2), and the older utime(2), utimes(2), futimesat(2).
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/mm/uaccess.h"
#include "kernel/sched/thread.h"
#include "kernel/vfs/attr.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/notify.h"

static bool time_is_valid(const struct timespec *time)
{
    return time->tv_nsec == UTIME_NOW || time->tv_nsec == UTIME_OMIT ||
           (time->tv_nsec >= 0 && time->tv_nsec < 1000000000);
}

/* What is told of the change: as writing or reading it, if only one of the times is set. */
static uint32_t times_event(const struct timespec *times)
{
    bool sets_access = !times || times[0].tv_nsec != UTIME_OMIT;
    bool sets_modification = !times || times[1].tv_nsec != UTIME_OMIT;

    if (sets_access && sets_modification)
        return IN_ATTRIB;
    return (sets_access ? IN_ACCESS : 0) | (sets_modification ? IN_MODIFY : 0);
}

static int set_times(const struct path *path, const struct timespec *times)
{
    int err;

    if (times && (!time_is_valid(&times[0]) || !time_is_valid(&times[1])))
        return -EINVAL;
    err = path_set_times(path, times);
    if (err == 0)
        notify_path(path, times_event(times));
    return err;
}

/* Without a path: of an open file. */
static int set_times_fd(int fd, const struct timespec *times, int flags)
{
    struct file *file;
    int err;

    if (flags)
        return -EINVAL;
    file = fd_get((unsigned)fd);
    if (!file)
        return -EBADF;
    err = set_times(&file->path, times);
    file_put(file);
    return err;
}

static int set_times_path(int dirfd, const char __user *path, const struct timespec *times,
                          int flags)
{
    unsigned lookup = (flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW) |
                      (flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0);
    struct path found;
    int err;

    if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
        return -EINVAL;
    err = path_lookup_user(dirfd, path, lookup, &found);
    if (err)
        return err;
    err = set_times(&found, times);
    path_put(&found);
    return err;
}

/* Without a path: of an open file, unless there is none at dirfd either. */
static int set_times_of(int dirfd, const char __user *path, const struct timespec *times, int flags)
{
    if (!path && dirfd != AT_FDCWD)
        return set_times_fd(dirfd, times, flags);
    return set_times_path(dirfd, path, times, flags);
}

/* Sets the times of access and change of a file; NULL: to now. */
long sys_utimensat(int dirfd, const char __user *path, const struct timespec __user *times,
                   int flags)
{
    struct timespec both[2];

    if (times && copy_from_user(both, times, sizeof(both)) != 0)
        return -EFAULT;
    if (times && both[0].tv_nsec == UTIME_OMIT && both[1].tv_nsec == UTIME_OMIT)
        return 0;
    return set_times_of(dirfd, path, times ? both : NULL, flags);
}

static bool timeval_is_valid(const struct timeval *time)
{
    return time->tv_usec >= 0 && time->tv_usec < 1000000;
}

/* As utimes; a relative path begins at dirfd, and without one that is the file. */
long sys_futimesat(int dirfd, const char __user *path, const struct timeval __user *times)
{
    struct timespec both[2];
    struct timeval user[2];

    if (!times)
        return set_times_of(dirfd, path, NULL, 0);
    if (copy_from_user(user, times, sizeof(user)) != 0)
        return -EFAULT;
    if (!timeval_is_valid(&user[0]) || !timeval_is_valid(&user[1]))
        return -EINVAL;
    for (int i = 0; i < 2; i++)
        both[i] = (struct timespec){user[i].tv_sec, user[i].tv_usec * 1000};
    return set_times_of(dirfd, path, both, 0);
}

/* Sets the times of access and change of a file, in microseconds; NULL: to now. */
long sys_utimes(const char __user *path, const struct timeval __user *times)
{
    return sys_futimesat(AT_FDCWD, path, times);
}

/* Sets the times of access and change of a file, in seconds; NULL: to now. */
long sys_utime(const char __user *path, const struct utimbuf __user *times)
{
    struct timespec both[2] = {{0}};
    struct utimbuf user;

    if (!times)
        return set_times_path(AT_FDCWD, path, NULL, 0);
    if (copy_from_user(&user, times, sizeof(user)) != 0)
        return -EFAULT;
    both[0].tv_sec = user.actime;
    both[1].tv_sec = user.modtime;
    return set_times_path(AT_FDCWD, path, both, 0);
}
