/*
 * Calls that tell more of files and of file systems: statx(2), statfs(2).
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/statfs.h"
#include "kernel/mm/uaccess.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/mount.h"

static struct statx_timestamp timestamp_of(const struct timespec *time)
{
    return (struct statx_timestamp){.tv_sec = time->tv_sec, .tv_nsec = (unsigned)time->tv_nsec};
}

/* What stat tells, in statx's words. */
static void statx_fill(struct statx *to, const struct stat *st)
{
    to->stx_mask = STATX_BASIC_STATS;
    to->stx_blksize = (unsigned)st->st_blksize;
    to->stx_nlink = (unsigned)st->st_nlink;
    to->stx_uid = st->st_uid;
    to->stx_gid = st->st_gid;
    to->stx_mode = (unsigned short)st->st_mode;
    to->stx_ino = st->st_ino;
    to->stx_size = (unsigned long)st->st_size;
    to->stx_blocks = (unsigned long)st->st_blocks;
    to->stx_atime = timestamp_of(&st->st_atim);
    to->stx_ctime = timestamp_of(&st->st_ctim);
    to->stx_mtime = timestamp_of(&st->st_mtim);
    to->stx_rdev_major = DEV_MAJOR(st->st_rdev);
    to->stx_rdev_minor = DEV_MINOR(st->st_rdev);
    to->stx_dev_major = DEV_MAJOR(st->st_dev);
    to->stx_dev_minor = DEV_MINOR(st->st_dev);
}

static void path_statx(const struct path *path, unsigned mask, struct statx *to)
{
    const struct timespec *birth = &path_inode(path)->btime;
    struct stat st;

    *to = (struct statx){0};
    inode_stat(path_inode(path), &st);
    statx_fill(to, &st);
    if ((mask & STATX_BTIME) && birth->tv_sec != 0) {
        to->stx_mask |= STATX_BTIME;
        to->stx_btime = timestamp_of(birth);
    }
    to->stx_mask |= STATX_MNT_ID;
    to->stx_mnt_id = path->mount->number;
    to->stx_attributes_mask = STATX_ATTR_MOUNT_ROOT;
    if (path->dentry == path->mount->root)
        to->stx_attributes |= STATX_ATTR_MOUNT_ROOT;
}

/* Tells of a file as stat does, and when it was made, and on which mount it is. */
long sys_statx(int dirfd, const char __user *path, unsigned int flags, unsigned int mask,
               struct statx __user *st)
{
    unsigned lookup = (flags & AT_SYMLINK_NOFOLLOW ? 0 : LOOKUP_FOLLOW) |
                      (flags & AT_EMPTY_PATH ? LOOKUP_EMPTY : 0);
    struct path found;
    struct statx told;
    int err;

    if ((mask & STATX_RESERVED) || (flags & AT_STATX_SYNC_TYPE) == AT_STATX_SYNC_TYPE)
        return -EINVAL;
    if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH | AT_STATX_SYNC_TYPE))
        return -EINVAL;
    err = path_lookup_user(dirfd, path, lookup, &found);
    if (err)
        return err;
    path_statx(&found, mask, &told);
    path_put(&found);
    return copy_to_user(st, &told, sizeof(told));
}

static long statfs_flags(const struct mount *mount)
{
    static const struct {
        uint32_t ms;
        long st;
    } flags[] = {
        {MS_NOSUID, ST_NOSUID},           {MS_NODEV, ST_NODEV},
        {MS_NOEXEC, ST_NOEXEC},           {MS_NOATIME, ST_NOATIME},
        {MS_NODIRATIME, ST_NODIRATIME},   {MS_RELATIME, ST_RELATIME},
        {MS_NOSYMFOLLOW, ST_NOSYMFOLLOW},
    };
    long result = mount_is_readonly(mount) ? ST_RDONLY : 0;

    for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
        if (mount_has(mount, flags[i].ms))
            result |= flags[i].st;
    if (atomic_load(&mount->sb->flags) & MS_SYNCHRONOUS)
        result |= ST_SYNCHRONOUS;
    return result;
}

static long statfs_copy(const struct path *path, struct statfs __user *to)
{
    struct superblock *sb = path->mount->sb;
    struct fs_statistics statistics = {0};
    struct statfs st = {
        .f_type = sb->type->magic,
        .f_bsize = PAGE_SIZE,
        .f_frsize = PAGE_SIZE,
        .f_namelen = NAME_MAX,
        .f_fsid = {{(int)sb->dev, 0}},
        .f_flags = ST_VALID | statfs_flags(path->mount),
    };

    if (sb->ops->statistics)
        sb->ops->statistics(sb, &statistics);
    st.f_blocks = (long)statistics.blocks;
    st.f_bfree = st.f_bavail = (long)statistics.blocks_free;
    st.f_files = (long)statistics.inodes;
    st.f_ffree = (long)statistics.inodes_free;
    return copy_to_user(to, &st, sizeof(st));
}

/* Tells of the file system that a file is on: its kind, how much room it has. */
long sys_statfs(const char __user *path, struct statfs __user *st)
{
    struct path found;
    long err = path_lookup_user(AT_FDCWD, path, LOOKUP_FOLLOW, &found);

    if (err)
        return err;
    err = statfs_copy(&found, st);
    path_put(&found);
    return err;
}

/* As statfs, of the file system that an open file is on. */
long sys_fstatfs(unsigned int fd, struct statfs __user *st)
{
    struct file *file = fd_get_any(fd);
    long err;

    if (!file)
        return -EBADF;
    err = statfs_copy(&file->path, st);
    file_put(file);
    return err;
}
