/*
 * What a file is said to be: stat(2), chmod(2), chown(2), access(2), utimensat(2), inode(7),
 * umask(2).
 */
#include "tests/abi/abi.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>

static void show_stat(const char *path)
{
    struct stat st;

    if (lstat(path, &st) < 0)
        say("%s: %s", path, errno_name(errno));
    else
        say("%s: mode %06o nlink %ld uid %d gid %d size %ld blksize %ld", path, st.st_mode,
            (long)st.st_nlink, st.st_uid, st.st_gid, S_ISDIR(st.st_mode) ? 0 : (long)st.st_size,
            (long)st.st_blksize);
}

static void show_times(const char *path)
{
    struct stat st;

    MUST(lstat(path, &st));
    say("%s: read %ld.%09ld written %ld.%09ld", path, (long)st.st_atim.tv_sec, st.st_atim.tv_nsec,
        (long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

static bool later(struct timespec a, struct timespec b)
{
    return a.tv_sec > b.tv_sec || (a.tv_sec == b.tv_sec && a.tv_nsec > b.tv_nsec);
}

CASE(stat_kinds)
{
    struct stat st;

    make_file("f", "twelve bytes", 0644);
    MUST(mkdir("d", 0750));
    MUST(symlink("f", "link"));
    show_stat("f");
    show_stat("d");
    show_stat("link");
    show_stat("missing");
    MUST(stat("link", &st));
    say("through the link: mode %06o size %ld", st.st_mode, (long)st.st_size);
    MUST(stat("/dev/null", &st));
    say("/dev/null: mode %06o device %d:%d", st.st_mode, major(st.st_rdev), minor(st.st_rdev));
    MUST(stat("/dev/zero", &st));
    say("/dev/zero: mode %06o device %d:%d", st.st_mode, major(st.st_rdev), minor(st.st_rdev));
}

CASE(stat_identity)
{
    struct stat a, b, d;
    int fd;

    make_file("a", "", 0644);
    MUST(mkdir("d", 0755));
    fd = open("a", O_RDONLY);
    MUST(stat("a", &a));
    MUST(fstat(fd, &b));
    HOLDS(memcmp(&a, &b, sizeof(a)) == 0);
    MUST(stat("d", &d));
    HOLDS(a.st_ino != d.st_ino && a.st_dev == d.st_dev);
    MUST(stat("d/..", &b));
    MUST(stat(".", &d));
    HOLDS(b.st_ino == d.st_ino);
    HOLDS(a.st_ino != 0);
}

CASE(stat_blocks)
{
    struct stat st;
    int fd = open("f", O_RDWR | O_CREAT, 0644);

    MUST(fstat(fd, &st));
    VALUE(st.st_blocks);
    MUST(write(fd, "x", 1));
    MUST(fstat(fd, &st));
    VALUE(st.st_blocks);
    MUST(pwrite(fd, "x", 1, 1 << 20));
    MUST(fstat(fd, &st));
    VALUE(st.st_blocks);
    MUST(ftruncate(fd, 0));
    MUST(fstat(fd, &st));
    VALUE(st.st_blocks);
}

CASE(stat_pipe)
{
    struct stat st;
    int ends[2];

    MUST(pipe(ends));
    SHOW(fstat(ends[0], &st));
    say("mode %06o size %ld nlink %ld", st.st_mode, (long)st.st_size, (long)st.st_nlink);
}

CASE(chmod_forms)
{
    make_file("f", "", 0644);
    MUST(mkdir("d", 0755));
    MUST(symlink("f", "link"));
    for (mode_t mode = 0; mode <= 07777; mode += 01357) {
        MUST(chmod("f", mode));
        show_stat("f");
    }
    SHOW(chmod("f", 0177777));
    show_stat("f");
    SHOW(chmod("link", 0600));
    show_stat("f");
    show_stat("link");
    SHOW(chmod("d", 01777));
    show_stat("d");
    SHOW(chmod("missing", 0600));
    SHOW(fchmod(open("f", O_RDONLY), 0640));
    show_stat("f");
    SHOW(fchmod(99, 0600));
    SHOW(syscall(SYS_fchmodat, AT_FDCWD, "f", 0604));
    show_stat("f");
    SHOW(syscall(SYS_fchmodat, AT_FDCWD, "", 0604));
}

CASE(chown_forms)
{
    make_file("f", "", 0644);
    MUST(symlink("f", "link"));
    SHOW(chown("f", 12, 34));
    show_stat("f");
    SHOW(chown("f", -1, 56));
    show_stat("f");
    SHOW(chown("f", 78, -1));
    show_stat("f");
    SHOW(chown("link", 1, 2));
    show_stat("f");
    show_stat("link");
    SHOW(lchown("link", 3, 4));
    show_stat("f");
    show_stat("link");
    SHOW(fchown(open("f", O_RDONLY), 5, 6));
    show_stat("f");
    SHOW(chown("missing", 1, 1));
    SHOW(fchown(99, 1, 1));
    SHOW(fchownat(AT_FDCWD, "link", 7, 8, AT_SYMLINK_NOFOLLOW));
    show_stat("link");
    SHOW(fchownat(AT_FDCWD, "link", 7, 8, 0x4));
}

CASE(chown_clears_setid)
{
    make_file("f", "", 0644);
    MUST(chmod("f", 06777));
    SHOW(chown("f", 1, 1));
    show_stat("f");
    MUST(chmod("f", 06767));
    SHOW(chown("f", 1, 1));
    show_stat("f");
    MUST(mkdir("d", 0755));
    MUST(chmod("d", 06777));
    SHOW(chown("d", 1, 1));
    show_stat("d");
}

CASE(write_clears_setid)
{
    int fd;

    make_file("f", "", 0644);
    MUST(chown("f", 1000, 1000));
    MUST(chmod("f", 06777));
    fd = open("f", O_WRONLY);
    IN_CHILD("a user writes", MUST(setgid(1000)); MUST(setuid(1000)); SHOW(write(fd, "x", 1)));
    show_stat("f");
    MUST(chmod("f", 06777));
    IN_CHILD("a user truncates", MUST(setgid(1000)); MUST(setuid(1000)); SHOW(ftruncate(fd, 0)));
    show_stat("f");
    MUST(chmod("f", 06777));
    SHOW(write(fd, "x", 1));
    show_stat("f");
}

CASE(umask_forms)
{
    SHOW(umask(0));
    SHOW(umask(0177777));
    SHOW(umask(027));
    IN_CHILD("child", SHOW(umask(077)));
    SHOW(umask(022));
}

CASE(access_as_root)
{
    make_file("none", "", 0);
    make_file("read", "", 0400);
    make_file("run", "", 0001);
    MUST(mkdir("dir", 0));
    SHOW(access("none", R_OK | W_OK));
    SHOW(access("none", X_OK));
    SHOW(access("read", X_OK));
    SHOW(access("run", X_OK));
    SHOW(access("dir", R_OK | W_OK | X_OK));
    SHOW(access("missing", F_OK));
    SHOW(access("none", 8));
    SHOW(access("none", -1));
}

CASE(access_as_user)
{
    make_file("mine", "", 0400);
    make_file("group", "", 0060);
    make_file("others", "", 0007);
    make_file("owner_without", "", 0077);
    MUST(chown("mine", 1000, 0));
    MUST(chown("group", 0, 1000));
    MUST(chown("owner_without", 1000, 1000));
    MUST(mkdir("closed", 0700));
    make_file("closed/f", "", 0666);
    MUST(mkdir("listless", 0711));
    make_file("listless/f", "", 0666);
    MUST(setgid(1000));
    MUST(setuid(1000));
    SHOW(access("mine", R_OK));
    SHOW(access("mine", W_OK));
    SHOW(access("group", R_OK | W_OK));
    SHOW(access("group", X_OK));
    SHOW(access("others", R_OK | W_OK | X_OK));
    SHOW(access("owner_without", R_OK));
    SHOW(access("closed/f", F_OK));
    SHOW(access("listless/f", R_OK | W_OK));
    SHOW(open("listless", O_RDONLY));
    SHOW(open("closed/f", O_RDONLY));
    SHOW(open("mine", O_RDWR));
    SHOW(open("group", O_RDWR));
    SHOW(access("mine", F_OK));
}

CASE(access_uses_the_real_ids)
{
    make_file("f", "", 0600);
    copy_program("access_as_both");
    MUST(chmod("access_as_both", 04755));
    MUST(setgid(1000));
    MUST(setuid(1000));
    execl("./access_as_both", "access_as_both", NULL);
}

HELPER(access_as_both)
{
    say("uid %d, effective %d", getuid(), geteuid());
    SHOW(access("f", R_OK));
    SHOW(syscall(SYS_faccessat, AT_FDCWD, "f", R_OK));
    SHOW(open("f", O_RDONLY));
    return 0;
}

CASE(permission_of_directories)
{
    MUST(mkdir("ro", 0555));
    make_file("ro/f", "", 0666);
    MUST(mkdir("sticky", 0777));
    MUST(chmod("sticky", 01777));
    make_file("sticky/roots", "", 0666);
    make_file("sticky/mine", "", 0666);
    MUST(chown("sticky/mine", 1000, 1000));
    MUST(mkdir("dead", 0666));
    make_file("dead/f", "", 0666);
    MUST(setgid(1000));
    MUST(setuid(1000));
    SHOW(open("ro/new", O_CREAT | O_WRONLY, 0644));
    SHOW(open("ro/f", O_CREAT | O_WRONLY, 0644) >= 0);
    SHOW(unlink("ro/f"));
    SHOW(mkdir("ro/d", 0755));
    SHOW(rename("ro/f", "ro/g"));
    SHOW(symlink("x", "ro/l"));
    SHOW(link("ro/f", "ro/h"));
    SHOW(unlink("sticky/roots"));
    SHOW(rename("sticky/roots", "sticky/x"));
    SHOW(rename("sticky/mine", "sticky/roots"));
    SHOW(unlink("sticky/mine"));
    SHOW(access("dead/f", F_OK));
    SHOW(chdir("dead"));
    SHOW(rmdir("ro"));
    SHOW(mknod("node", S_IFCHR | 0666, makedev(1, 3)));
}

CASE(owner_only_calls)
{
    make_file("roots", "", 0666);
    make_file("mine", "", 0644);
    MUST(chown("mine", 1000, 1000));
    MUST(setgid(1000));
    MUST(setuid(1000));
    SHOW(chmod("roots", 0777));
    SHOW(chmod("mine", 02755));
    show_stat("mine");
    SHOW(chown("mine", 1000, 1000));
    SHOW(chown("mine", 1001, -1));
    SHOW(chown("mine", -1, 1001));
    SHOW(chown("roots", 1000, -1));
    SHOW(utimensat(AT_FDCWD, "roots", NULL, 0));
    SHOW(utimensat(AT_FDCWD, "roots", (struct timespec[2]){{1, 0}, {1, 0}}, 0));
    SHOW(utimensat(AT_FDCWD, "mine", (struct timespec[2]){{1, 0}, {1, 0}}, 0));
    SHOW(truncate("roots", 0));
}

CASE(utimensat_forms)
{
    const struct timespec both[2] = {{1000000000, 123456789}, {1100000000, 987654321}};
    const struct timespec omit_first[2] = {{0, UTIME_OMIT}, {5, 6}};
    const struct timespec omit_both[2] = {{0, UTIME_OMIT}, {0, UTIME_OMIT}};
    const struct timespec bad[2] = {{0, 1000000000}, {0, 0}};
    const struct timespec negative[2] = {{-1, 5}, {-2, 0}};

    make_file("f", "", 0644);
    MUST(symlink("f", "link"));
    SHOW(utimensat(AT_FDCWD, "f", both, 0));
    show_times("f");
    SHOW(utimensat(AT_FDCWD, "f", omit_first, 0));
    show_times("f");
    SHOW(utimensat(AT_FDCWD, "f", omit_both, 0));
    show_times("f");
    SHOW(utimensat(AT_FDCWD, "f", bad, 0));
    SHOW(utimensat(AT_FDCWD, "f", negative, 0));
    show_times("f");
    SHOW(utimensat(AT_FDCWD, "missing", both, 0));
    SHOW(utimensat(AT_FDCWD, "missing", omit_both, 0));
    SHOW(utimensat(AT_FDCWD, "link", both, AT_SYMLINK_NOFOLLOW));
    show_times("link");
    show_times("f");
    SHOW(syscall(SYS_utimensat, open("f", O_RDONLY), NULL, both, 0));
    show_times("f");
    SHOW(syscall(SYS_utimensat, 99, NULL, both, 0));
    SHOW(utimensat(AT_FDCWD, "f", both, 0x4));
}

CASE(times_move)
{
    const struct timespec old[2] = {{1000, 0}, {1000, 0}};
    struct stat before, st;
    char byte;
    int fd;

    make_file("f", "x", 0644);
    MUST(utimensat(AT_FDCWD, "f", old, 0));
    MUST(stat("f", &before));
    fd = open("f", O_RDWR);
    MUST(read(fd, &byte, 1));
    MUST(stat("f", &st));
    HOLDS(later(st.st_atim, before.st_atim));
    HOLDS(!later(st.st_mtim, before.st_mtim));
    MUST(write(fd, "y", 1));
    MUST(stat("f", &st));
    HOLDS(later(st.st_mtim, before.st_mtim));
    MUST(utimensat(AT_FDCWD, ".", old, 0));
    MUST(mkdir("new", 0755));
    MUST(stat(".", &st));
    HOLDS(st.st_mtim.tv_sec > 1000);
    MUST(utimensat(AT_FDCWD, "f", old, 0));
    await_new_time();
    MUST(stat("f", &before));
    MUST(chmod("f", 0600));
    MUST(stat("f", &st));
    HOLDS(later(st.st_ctim, before.st_ctim));
    HOLDS(!later(st.st_mtim, before.st_mtim));
    SHOW(utimensat(AT_FDCWD, "f", NULL, 0));
    MUST(stat("f", &st));
    HOLDS(st.st_mtim.tv_sec > 1000 && st.st_atim.tv_sec > 1000);
}

/* One inode is that of all files of a kind: nobody may change what it is. */
CASE(attributes_of_files_without_a_name)
{
    struct timespec omit[2] = {{0, UTIME_OMIT}, {0, UTIME_OMIT}};
    sigset_t none;
    char path[64];

    sigemptyset(&none);
    int fds[] = {
        (int)MUST(eventfd(0, 0)),          (int)MUST(epoll_create1(0)),
        (int)MUST(signalfd(-1, &none, 0)), (int)MUST(timerfd_create(CLOCK_MONOTONIC, 0)),
        (int)MUST(inotify_init1(0)),       (int)MUST(syscall(SYS_pidfd_open, getpid(), 0)),
    };
    for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
        SHOW(fchmod(fds[i], 0666));
        SHOW(fchown(fds[i], 1, 1));
        SHOW(fchown(fds[i], -1, -1));
        SHOW(futimens(fds[i], NULL));
        SHOW(futimens(fds[i], omit));
        snprintf(path, sizeof(path), "/proc/self/fd/%d", fds[i]);
        SHOW(chmod(path, 0600));
    }
    MUST(setuid(1000));
    for (size_t i = 0; i < ARRAY_SIZE(fds); i++) {
        SHOW(fchmod(fds[i], 0666));
        SHOW(fchown(fds[i], 1000, -1));
        SHOW(futimens(fds[i], NULL));
    }
}
