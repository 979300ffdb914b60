/*
 * More on what a file is said to be, and of what its file system is: statx(2), statfs(2),
 * faccessat2(2), and the older ways to set times, utime(2), utimes(2), futimesat(2).
 */
#include "tests/abi/abi.h"

#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <utime.h>

/* The kernel's layout, whatever this libc knows of it. */
struct timestamp {
    int64_t seconds;
    uint32_t nanoseconds;
    int32_t pad;
};

struct kernel_statx {
    uint32_t mask, block_size;
    uint64_t attributes;
    uint32_t links, uid, gid;
    uint16_t mode, pad;
    uint64_t inode, size, blocks, attributes_mask;
    struct timestamp accessed, born, changed, modified;
    uint32_t rdev_major, rdev_minor, dev_major, dev_minor;
    uint64_t mount;
    uint64_t rest[13];
};
_Static_assert(sizeof(struct kernel_statx) == 256, "struct statx");

#define BASIC 0x7ffu
#define CHEAP 0x73fu /* BASIC without CTIME and MTIME, which newer kernels tell on demand only */
#define BTIME 0x800u
#define MNT_ID 0x1000u
#define MOUNT_ROOT 0x2000u
#define STATX_FORCE 0x2000
#define STATX_DONT 0x4000

static long statx_of(int dirfd, const char *path, int flags, unsigned mask, struct kernel_statx *st)
{
    memset(st, 0xee, sizeof(*st));
    return syscall(SYS_statx, dirfd, path, flags, mask, st);
}

static bool same_time(const struct timestamp *a, const struct timespec *b)
{
    return a->seconds == b->tv_sec && a->nanoseconds == (uint32_t)b->tv_nsec && a->pad == 0;
}

CASE(statx_agrees_with_stat)
{
    struct kernel_statx x;
    struct stat st;

    make_file("f", "some bytes", 0640);
    MUST(link("f", "g"));
    MUST(chown("f", 12, 34));
    SHOW(statx_of(AT_FDCWD, "f", 0, BASIC, &x));
    MUST(stat("f", &st));
    say("mode %06o links %u uid %u gid %u size %lu blocks %lu block size %u", x.mode, x.links,
        x.uid, x.gid, (long)x.size, (long)x.blocks, x.block_size);
    HOLDS(x.inode == st.st_ino);
    HOLDS(makedev(x.dev_major, x.dev_minor) == st.st_dev);
    HOLDS(same_time(&x.accessed, &st.st_atim));
    HOLDS(same_time(&x.modified, &st.st_mtim));
    HOLDS(same_time(&x.changed, &st.st_ctim));
    HOLDS((x.mask & BASIC) == BASIC);
    HOLDS((x.mask & MNT_ID) == MNT_ID);
}

CASE(statx_mask)
{
    struct kernel_statx x;

    make_file("f", "", 0600);
    SHOW(statx_of(AT_FDCWD, "f", 0, 0, &x));
    say("asked for nothing: %#x birth %#x mode %06o", x.mask & CHEAP, x.mask & BTIME, x.mode);
    SHOW(statx_of(AT_FDCWD, "f", 0, BTIME, &x));
    say("asked for birth: %#x birth %#x", x.mask & CHEAP, x.mask & BTIME);
    SHOW(statx_of(AT_FDCWD, "f", 0, 0x80000000u, &x));
    SHOW(statx_of(AT_FDCWD, "f", 0, 0x7fffffffu & ~0x4000u, &x));
}

CASE(statx_birth_stays)
{
    struct timespec times[2] = {{1000, 1}, {2000, 2}};
    struct kernel_statx a, b;

    make_file("f", "", 0600);
    MUST(statx_of(AT_FDCWD, "f", 0, BTIME, &a));
    MUST(utimensat(AT_FDCWD, "f", times, 0));
    MUST(rename("f", "g"));
    MUST(chmod("g", 0644));
    MUST(statx_of(AT_FDCWD, "g", 0, BASIC | BTIME, &b));
    HOLDS(a.born.seconds == b.born.seconds && a.born.nanoseconds == b.born.nanoseconds);
    HOLDS(b.born.seconds > 2000);
    say("accessed %ld.%u modified %ld.%u", (long)b.accessed.seconds, b.accessed.nanoseconds,
        (long)b.modified.seconds, b.modified.nanoseconds);
}

CASE(statx_links_and_descriptors)
{
    struct kernel_statx x;
    int fd, path_fd;

    make_file("f", "abc", 0604);
    MUST(symlink("f", "link"));
    fd = (int)MUST(open("f", O_RDONLY));
    path_fd = (int)MUST(open("link", O_PATH | O_NOFOLLOW));
    SHOW(statx_of(AT_FDCWD, "link", 0, BASIC, &x));
    say("mode %06o", x.mode);
    SHOW(statx_of(AT_FDCWD, "link", AT_SYMLINK_NOFOLLOW, BASIC, &x));
    say("mode %06o size %lu", x.mode, (long)x.size);
    SHOW(statx_of(fd, "", AT_EMPTY_PATH, BASIC, &x));
    say("mode %06o", x.mode);
    SHOW(statx_of(path_fd, "", AT_EMPTY_PATH, BASIC, &x));
    say("mode %06o", x.mode);
    SHOW(statx_of(AT_FDCWD, "", AT_EMPTY_PATH, BASIC, &x));
    say("mode %06o", x.mode);
    SHOW(statx_of(fd, "", 0, BASIC, &x));
    SHOW(statx_of(fd, "f", 0, BASIC, &x));
}

CASE(statx_flags_and_errors)
{
    struct kernel_statx x;

    make_file("f", "", 0600);
    SHOW(statx_of(AT_FDCWD, "f", AT_NO_AUTOMOUNT, BASIC, &x));
    SHOW(statx_of(AT_FDCWD, "f", STATX_FORCE, BASIC, &x));
    SHOW(statx_of(AT_FDCWD, "f", STATX_DONT, BASIC, &x));
    SHOW(statx_of(AT_FDCWD, "f", STATX_FORCE | STATX_DONT, BASIC, &x));
    SHOW(statx_of(AT_FDCWD, "f", AT_REMOVEDIR, BASIC, &x));
    SHOW(statx_of(AT_FDCWD, "f", 1, BASIC, &x));
    SHOW(statx_of(AT_FDCWD, "missing", 0, BASIC, &x));
    SHOW(statx_of(AT_FDCWD, "f/g", 0, BASIC, &x));
    SHOW(statx_of(99, "f", 0, BASIC, &x));
    SHOW(syscall(SYS_statx, AT_FDCWD, "f", 0, BASIC, (void *)1));
    SHOW(syscall(SYS_statx, AT_FDCWD, (void *)1, 0, BASIC, &x));
}

CASE(statx_devices_and_pipes)
{
    struct kernel_statx x;
    int ends[2];

    SHOW(statx_of(AT_FDCWD, "/dev/zero", 0, BASIC, &x));
    say("mode type %06o device %u:%u", x.mode & S_IFMT, x.rdev_major, x.rdev_minor);
    MUST(pipe(ends));
    SHOW(statx_of(ends[0], "", AT_EMPTY_PATH, BASIC | BTIME, &x));
    say("mode %06o birth %#x device %u:%u", x.mode, x.mask & BTIME, x.rdev_major, x.rdev_minor);
}

CASE(statx_mount_root)
{
    struct kernel_statx root, here, proc;

    MUST(statx_of(AT_FDCWD, "/", 0, BASIC, &root));
    MUST(statx_of(AT_FDCWD, ".", 0, BASIC, &here));
    MUST(statx_of(AT_FDCWD, "/proc", 0, BASIC, &proc));
    HOLDS(root.attributes & MOUNT_ROOT);
    HOLDS(proc.attributes & MOUNT_ROOT);
    HOLDS(!(here.attributes & MOUNT_ROOT));
    HOLDS(here.attributes_mask & MOUNT_ROOT);
    HOLDS(root.mount == here.mount && root.mount != proc.mount);
}

CASE(statfs_of_memory)
{
    struct statfs st;

    memset(&st, 0xee, sizeof(st));
    SHOW(statfs(".", &st));
    say("type %#lx block size %ld fragment %ld name length %ld", (long)st.f_type, (long)st.f_bsize,
        (long)st.f_frsize, (long)st.f_namelen);
    HOLDS(st.f_blocks > 0 && st.f_bfree <= st.f_blocks && st.f_bavail == st.f_bfree);
    HOLDS(st.f_files > 0 && st.f_ffree <= st.f_files);
    say("valid %#lx relatime %#lx rest %#lx", (long)st.f_flags & 0x20, (long)st.f_flags & 0x1000,
        (long)st.f_flags & ~0x1020L);
}

CASE(statfs_follows_what_is_used)
{
    static char block[65536];
    struct statfs before, after;
    int fd = (int)MUST(open("f", O_RDWR | O_CREAT, 0600));

    memset(block, 1, sizeof(block));
    MUST(statfs(".", &before));
    MUST(write(fd, block, sizeof(block)));
    MUST(close((int)MUST(open("g", O_RDWR | O_CREAT, 0600))));
    MUST(fstatfs(fd, &after));
    say("blocks %ld files %ld", (long)(before.f_bfree - after.f_bfree),
        (long)(before.f_ffree - after.f_ffree));
    MUST(unlink("f"));
    MUST(unlink("g"));
    MUST(close(fd));
    MUST(statfs(".", &after));
    say("blocks %ld files %ld", (long)(before.f_bfree - after.f_bfree),
        (long)(before.f_ffree - after.f_ffree));
}

CASE(statfs_elsewhere)
{
    struct statfs st;
    int ends[2];

    MUST(statfs("/proc", &st));
    say("/proc: type %#lx blocks %ld files %ld name length %ld", (long)st.f_type, (long)st.f_blocks,
        (long)st.f_files, (long)st.f_namelen);
    MUST(pipe(ends));
    SHOW(fstatfs(ends[1], &st));
    say("pipe: type %#lx blocks %ld name length %ld", (long)st.f_type, (long)st.f_blocks,
        (long)st.f_namelen);
}

CASE(statfs_errors)
{
    struct statfs st;
    int fd;

    make_file("f", "", 0600);
    MUST(symlink("missing", "dangling"));
    SHOW(statfs("missing", &st));
    SHOW(statfs("dangling", &st));
    SHOW(statfs("f/g", &st));
    SHOW(statfs("", &st));
    SHOW(syscall(SYS_statfs, "f", (void *)1));
    SHOW(fstatfs(99, &st));
    fd = (int)MUST(open("f", O_PATH));
    SHOW(fstatfs(fd, &st));
}

static long access_at(int dirfd, const char *path, int mode, int flags)
{
    return syscall(SYS_faccessat2, dirfd, path, mode, flags);
}

CASE(faccessat2_flags)
{
    int fd;

    make_file("f", "", 0400);
    MUST(symlink("missing", "dangling"));
    fd = (int)MUST(open("f", O_RDONLY));
    SHOW(access_at(AT_FDCWD, "f", R_OK | W_OK, 0));
    SHOW(access_at(AT_FDCWD, "f", X_OK, 0));
    SHOW(access_at(AT_FDCWD, "dangling", F_OK, 0));
    SHOW(access_at(AT_FDCWD, "dangling", F_OK, AT_SYMLINK_NOFOLLOW));
    SHOW(access_at(fd, "", R_OK, AT_EMPTY_PATH));
    SHOW(access_at(fd, "", R_OK, 0));
    SHOW(access_at(AT_FDCWD, "f", 8, 0));
    SHOW(access_at(AT_FDCWD, "f", R_OK, 1));
    SHOW(access_at(AT_FDCWD, "missing", R_OK, AT_EACCESS));
}

CASE(faccessat2_whose_rights)
{
    make_file("f", "", 0600);
    IN_CHILD("effective user 1000", {
        MUST(setresuid(0, 1000, 0));
        SHOW(access_at(AT_FDCWD, "f", R_OK, 0));
        SHOW(access_at(AT_FDCWD, "f", R_OK, AT_EACCESS));
    });
    IN_CHILD("real user 1000", {
        MUST(setresuid(1000, 0, 0));
        SHOW(access_at(AT_FDCWD, "f", R_OK, 0));
        SHOW(access_at(AT_FDCWD, "f", R_OK, AT_EACCESS));
    });
}

static void show_times(const char *path)
{
    struct stat st;

    MUST(lstat(path, &st));
    say("%s: read %ld.%09ld written %ld.%09ld", path, (long)st.st_atim.tv_sec, st.st_atim.tv_nsec,
        (long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

static bool is_now(const char *path)
{
    struct stat st;

    MUST(stat(path, &st));
    return st.st_mtim.tv_sec > 100000 && st.st_atim.tv_sec == st.st_mtim.tv_sec;
}

CASE(utime_forms)
{
    struct utimbuf times = {11, -22};

    make_file("f", "", 0600);
    MUST(symlink("f", "link"));
    SHOW(syscall(SYS_utime, "f", &times));
    show_times("f");
    times.actime = 33;
    SHOW(syscall(SYS_utime, "link", &times));
    show_times("f");
    SHOW(syscall(SYS_utime, "f", NULL));
    HOLDS(is_now("f"));
    SHOW(syscall(SYS_utime, "missing", &times));
    SHOW(syscall(SYS_utime, "f", (void *)1));
    SHOW(syscall(SYS_utime, NULL, &times));
}

CASE(utimes_forms)
{
    struct timeval times[2] = {{5, 999999}, {6, 0}};

    make_file("f", "", 0600);
    SHOW(syscall(SYS_utimes, "f", times));
    show_times("f");
    times[1].tv_usec = 1000000;
    SHOW(syscall(SYS_utimes, "f", times));
    times[1].tv_usec = -1;
    SHOW(syscall(SYS_utimes, "f", times));
    show_times("f");
    SHOW(syscall(SYS_utimes, "f", NULL));
    HOLDS(is_now("f"));
    SHOW(syscall(SYS_utimes, "f", (void *)1));
    SHOW(syscall(SYS_utimes, NULL, NULL));
}

CASE(futimesat_forms)
{
    struct timeval times[2] = {{7, 1}, {8, 2}};
    int fd, dir;

    make_file("f", "", 0600);
    fd = (int)MUST(open("f", O_RDONLY));
    dir = (int)MUST(open(".", O_RDONLY));
    SHOW(syscall(SYS_futimesat, dir, "f", times));
    show_times("f");
    times[0].tv_sec = 9;
    SHOW(syscall(SYS_futimesat, fd, NULL, times));
    show_times("f");
    SHOW(syscall(SYS_futimesat, AT_FDCWD, NULL, times));
    SHOW(syscall(SYS_futimesat, 99, NULL, times));
    SHOW(syscall(SYS_futimesat, 99, "f", times));
    SHOW(syscall(SYS_futimesat, fd, "f", times));
}

CASE(utime_rights)
{
    struct timeval times[2] = {{5, 0}, {6, 0}};
    struct utimbuf seconds = {1, 2};

    make_file("mine", "", 0644);
    make_file("open", "", 0666);
    IN_CHILD("another user", {
        MUST(setuid(1000));
        SHOW(syscall(SYS_utimes, "mine", times));
        SHOW(syscall(SYS_utimes, "mine", NULL));
        SHOW(syscall(SYS_utime, "open", &seconds));
        SHOW(syscall(SYS_utime, "open", NULL));
    });
}
