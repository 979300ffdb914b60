/*
 * Calls that make, copy and close descriptors: open(2), openat2(2), creat(2), close(2),
 * close_range(2), dup(2), fcntl(2).
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/core/tracepoint.h"
#include "kernel/ipc/pipe.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/refuse.h"
#include "kernel/proc/task.h"
#include "kernel/sched/thread.h"
#include "kernel/syscall/sys_lock.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/inode.h"

#define RESOLVE_FLAGS                                                                  \
    (RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH | \
     RESOLVE_IN_ROOT | RESOLVE_CACHED)

/* What F_SETFL can change. */
#define SETFL_FLAGS (O_APPEND | O_NONBLOCK | O_ASYNC | O_DIRECT | O_NOATIME)

/* The lowest free descriptor for what the path names. */
static long open_user(int dirfd, const char __user *path, int flags, mode_t mode, unsigned resolve)
{
    struct file *file;
    struct path_name name;
    int fd, err = path_name_read(path, &name);

    if (err)
        return err;
    trace_open_name(dirfd, flags, mode, name.text);
    fd = fd_reserve(0, (unsigned)flags);
    if (fd < 0) {
        path_name_drop(&name);
        return fd;
    }
    err = path_open(dirfd, name.text, flags, mode, resolve, &file);
    path_name_drop(&name);
    if (err) {
        fd_unreserve((unsigned)fd);
        return err;
    }
    fd_fill((unsigned)fd, file);
    return fd;
}

/* Opens a file, after making it if O_CREAT says so: the lowest free descriptor. */
long sys_open(const char __user *path, int flags, mode_t mode)
{
    return open_user(AT_FDCWD, path, flags | O_LARGEFILE, mode, 0);
}

/* As open; a relative path begins at dirfd. */
long sys_openat(int dirfd, const char __user *path, int flags, mode_t mode)
{
    return open_user(dirfd, path, flags | O_LARGEFILE, mode, 0);
}

/* As open with O_CREAT, O_WRONLY and O_TRUNC. */
long sys_creat(const char __user *path, mode_t mode)
{
    return open_user(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC | O_LARGEFILE, mode, 0);
}

/* openat2 refuses what open ignores. */
static int how_check(const struct open_how *how)
{
    const unsigned long known = OPEN_FLAGS, of_path = O_PATH_FLAGS;
    bool creates = (how->flags & O_CREAT) || (how->flags & O_TMPFILE) == O_TMPFILE;

    if ((how->flags & ~known) || ((how->flags & O_PATH) && (how->flags & ~of_path)))
        return -EINVAL;
    if ((how->resolve & ~RESOLVE_FLAGS) || (how->mode & ~07777ul) || (how->mode && !creates))
        return -EINVAL;
    if ((how->resolve & RESOLVE_BENEATH) && (how->resolve & RESOLVE_IN_ROOT))
        return -EINVAL;
    if ((how->resolve & RESOLVE_CACHED) && (creates || (how->flags & O_TRUNC)))
        return -EAGAIN;
    return 0;
}

/* As openat, with arguments in a structure that may grow; `resolve` says where the walk may not
 * lead. RESOLVE_CACHED is always fulfilled: all names are in memory. */
long sys_openat2(int dirfd, const char __user *path, struct open_how __user *how, size_t size)
{
    struct open_how copy;
    int err;

    if (size < sizeof(copy))
        return -EINVAL;
    if (size > PAGE_SIZE)
        return -E2BIG;
    err = copy_struct_from_user(&copy, sizeof(copy), how, size);
    if (err == 0)
        err = how_check(&copy);
    if (err)
        return err;
    return open_user(dirfd, path, (int)copy.flags | (copy.flags & O_PATH ? 0 : O_LARGEFILE),
                     (mode_t)copy.mode, (unsigned)(copy.resolve & ~(unsigned long)RESOLVE_CACHED));
}

/* Gives up a descriptor; an open file goes with the last one. */
long sys_close(unsigned int fd)
{
    return fd_close(fd);
}

/* Closes all descriptors from first to last, or marks them close-on-exec. CLOSE_RANGE_UNSHARE: of a
 * table that is the caller's alone by then. */
long sys_close_range(unsigned int first, unsigned int last, unsigned int flags)
{
    int err;

    if ((flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC)) || first > last)
        return -EINVAL;
    if (flags & CLOSE_RANGE_UNSHARE) {
        err = task_unshare_files(current_task());
        if (err)
            return err;
    }
    if (flags & CLOSE_RANGE_CLOEXEC)
        fd_cloexec_range(first, last);
    else
        fd_close_range(first, last);
    return 0;
}

/* Another descriptor, at least `lowest`, for the file. */
static long dup_from(struct file *file, unsigned long lowest, unsigned flags)
{
    int fd = lowest > UINT32_MAX ? -EINVAL : fd_reserve((unsigned)lowest, flags);

    if (fd >= 0) {
        file_get(file);
        fd_fill((unsigned)fd, file);
    }
    return fd;
}

/* A second descriptor, the lowest free one, of the same open file. */
long sys_dup(unsigned int fd)
{
    struct file *file = fd_get_any(fd);
    long result;

    if (!file)
        return -EBADF;
    result = dup_from(file, 0, 0);
    file_put(file);
    return result;
}

/* Makes new_fd a descriptor of old_fd's open file, in place of what it was. */
long sys_dup2(unsigned int old_fd, unsigned int new_fd)
{
    if (old_fd == new_fd)
        return fd_cloexec_get(old_fd) < 0 ? -EBADF : (long)new_fd;
    return fd_dup_to(old_fd, new_fd, 0);
}

/* As dup2, with O_CLOEXEC; the descriptors must differ. */
long sys_dup3(unsigned int old_fd, unsigned int new_fd, int flags)
{
    if ((flags & ~O_CLOEXEC) || old_fd == new_fd)
        return -EINVAL;
    return fd_dup_to(old_fd, new_fd, (unsigned)flags);
}

/* F_SETFL. */
static long set_flags(struct file *file, unsigned long wanted)
{
    unsigned flags = (unsigned)wanted & SETFL_FLAGS;
    unsigned changed = flags ^ file_flags(file);

    if ((flags & changed & O_NOATIME) && !inode_owned(file->inode, current->cred))
        return -EPERM;
    if ((flags & O_DIRECT) && !file_is_pipe(file))
        return -EINVAL;
    if (flags & O_ASYNC) {
        log_refusal("%s", "fcntl F_SETFL with O_ASYNC");
        return -EINVAL;
    }
    spin_lock(&file->lock);
    atomic_store(&file->flags, (file->flags & ~(uint32_t)SETFL_FLAGS) | flags);
    spin_unlock(&file->lock);
    return 0;
}

/* The commands that O_PATH descriptors know as well. */
static bool is_descriptor_command(unsigned int command)
{
    return command == F_DUPFD || command == F_DUPFD_CLOEXEC || command == F_GETFD ||
           command == F_SETFD || command == F_GETFL;
}

static long fcntl_file(unsigned int fd, struct file *file, unsigned int command, unsigned long arg)
{
    switch (command) {
    case F_DUPFD:
        return dup_from(file, arg, 0);
    case F_DUPFD_CLOEXEC:
        return dup_from(file, arg, O_CLOEXEC);
    case F_GETFD:
        return fd_cloexec_get(fd);
    case F_SETFD:
        return fd_cloexec_set(fd, (arg & FD_CLOEXEC) != 0);
    case F_GETFL:
        return file_flags(file);
    case F_SETFL:
        return set_flags(file, arg);
    case F_GETPIPE_SZ:
        return file_is_pipe(file) ? pipe_get_size(file) : -EBADF;
    case F_SETPIPE_SZ:
        return file_is_pipe(file) ? pipe_set_size(file, arg) : -EBADF;
    case F_GETLK:
    case F_SETLK:
    case F_SETLKW:
    case F_OFD_GETLK:
    case F_OFD_SETLK:
    case F_OFD_SETLKW:
        return fcntl_lock(fd, file, command, arg);
    default:
        log_refusal("fcntl command %u (owners, leases)", command);
        return -EINVAL;
    }
}

/* Commands on descriptors and open files: another descriptor, close-on-exec, status flags, locks.
 */
long sys_fcntl(unsigned int fd, unsigned int command, unsigned long arg)
{
    struct file *file = is_descriptor_command(command) ? fd_get_any(fd) : fd_get(fd);
    long result;

    if (!file)
        return -EBADF;
    result = fcntl_file(fd, file, command, arg);
    file_put(file);
    return result;
}
