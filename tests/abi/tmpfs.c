/*
 * A file system in memory (tmpfs(5)): its options, what happens when it is full, sparse files,
 * times in nanoseconds, sticky and set-group-ID folders, pipes and nodes.
 */
#include "tests/abi/mount.h"

#include <sys/mman.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>

#define PAGE 4096L

static void show_limits(const char *path)
{
    struct statfs st;

    MUST(statfs(path, &st));
    say("%s: blocks %ld free %ld files %ld free %ld", path, (long)st.f_blocks, (long)st.f_bfree,
        (long)st.f_files, (long)st.f_ffree);
}

static void try_options(const char *options)
{
    struct statfs fs;
    struct stat st;

    mkdir("m", 0755);
    if (mount("src", "m", "tmpfs", 0, options) < 0) {
        say("%s: %s", options, errno_name(errno));
        return;
    }
    MUST(statfs("m", &fs));
    MUST(stat("m", &st));
    say("%s: blocks %ld files %ld mode %o owner %u:%u", options, (long)fs.f_blocks,
        strstr(options, "nr_inodes") ? (long)fs.f_files : -1, st.st_mode & 07777, st.st_uid,
        st.st_gid);
    MUST(umount("m"));
}

CASE(options)
{
    try_options("size=64k");
    try_options("size=1m,nr_inodes=10");
    try_options("size=1M");
    try_options("size=4097");
    try_options("nr_blocks=5");
    try_options("nr_blocks=1k");
    try_options("nr_inodes=2k,size=8k");
    try_options("size=8k,mode=700,uid=12,gid=34");
    try_options("size=8k,mode=01777");
    try_options("size=8k,,mode=755,");
    try_options("size=0");
}

CASE(options_refused)
{
    try_options("size");
    try_options("size=");
    try_options("size=x");
    try_options("size=10q");
    try_options("size=-1");
    try_options("mode=9");
    try_options("mode=");
    try_options("uid=x");
    try_options("uid=-1");
    try_options("nosuch");
    try_options("nosuch=1,size=8k");
}

CASE(full_of_data)
{
    static char block[3 * PAGE];
    struct stat st;
    int fd;

    MUST(tmpfs_at("m", 0, "size=64k,nr_inodes=50"));
    memset(block, 'x', sizeof(block));
    fd = (int)MUST(open("m/f", O_CREAT | O_RDWR, 0600));
    for (;;) {
        ssize_t moved = write(fd, block, sizeof(block));

        if (moved != (ssize_t)sizeof(block)) {
            show_value("write", moved);
            if (moved < 0)
                break;
        }
    }
    MUST(fstat(fd, &st));
    say("size %ld blocks %ld", (long)st.st_size, (long)st.st_blocks);
    show_limits("m");
    SHOW(write(fd, block, 1));
    SHOW(pwrite(fd, "y", 1, 0));
    SHOW(close(open("m/empty", O_CREAT | O_WRONLY, 0600)));
    SHOW(ftruncate(fd, 1 << 20));
    SHOW(pwrite(fd, "y", 1, 100 * PAGE));
    SHOW(fallocate(fd, 0, 0, 1 << 20));
    SHOW(ftruncate(fd, 10 * PAGE));
    SHOW(pwrite(fd, block, sizeof(block), 10 * PAGE));
    MUST(close(fd));
    SHOW(unlink("m/f"));
    SHOW(umount("m"));
}

CASE(full_mapped)
{
    char *p;
    int fd;

    MUST(tmpfs_at("m", 0, "size=16k"));
    fd = (int)MUST(open("m/f", O_CREAT | O_RDWR, 0600));
    MUST(ftruncate(fd, 10 * PAGE));
    p = mmap(NULL, 10 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    for (int i = 0; i < 4; i++)
        p[i * PAGE] = 'x';
    IN_CHILD("one too many", p[5 * PAGE] = 'x');
    IN_CHILD("read of what there is", say("%c", p[3 * PAGE]));
    MUST(fallocate(fd, 3, 0, PAGE));
    IN_CHILD("after a hole", p[5 * PAGE] = 'x');
    MUST(munmap(p, 10 * PAGE));
    MUST(close(fd));
    SHOW(umount("m"));
}

CASE(full_of_names)
{
    char name[32];
    int made = 0, error;

    MUST(tmpfs_at("m", 0, "size=1m,nr_inodes=10"));
    for (;; made++) {
        snprintf(name, sizeof(name), "m/%d", made);
        if (mknod(name, S_IFREG | 0600, 0) < 0)
            break;
    }
    error = errno;
    say("made %d, then %s", made, errno_name(error));
    SHOW(mkdir("m/d", 0755));
    SHOW(symlink("x", "m/l"));
    SHOW(link("m/0", "m/hard"));
    SHOW(open("m", O_TMPFILE | O_RDWR, 0600));
    SHOW(rename("m/0", "m/renamed"));
    SHOW(unlink("m/1"));
    SHOW(mkdir("m/d", 0755));
    show_limits("m");
    SHOW(umount("m"));
}

CASE(remount_changes_limits)
{
    int fd;

    MUST(tmpfs_at("m", 0, "size=64k,nr_inodes=20"));
    fd = (int)MUST(open("m/f", O_CREAT | O_RDWR, 0600));
    MUST(fallocate(fd, 0, 0, 10 * PAGE));
    MUST(close(fd));
    SHOW(mount(NULL, "m", NULL, MS_REMOUNT, "size=128k"));
    show_limits("m");
    SHOW(mount(NULL, "m", NULL, MS_REMOUNT, "size=36k"));
    SHOW(mount(NULL, "m", NULL, MS_REMOUNT, "size=40k"));
    show_limits("m");
    SHOW(mount(NULL, "m", NULL, MS_REMOUNT, "nr_inodes=1"));
    SHOW(mount(NULL, "m", NULL, MS_REMOUNT, "nr_inodes=30"));
    show_limits("m");
    SHOW(mount(NULL, "m", NULL, MS_REMOUNT, ""));
    show_limits("m");
    SHOW(umount("m"));
}

CASE(sparse_files)
{
    struct stat st;
    char byte = 'q';
    int fd = (int)MUST(open("f", O_CREAT | O_RDWR, 0600));

    MUST(pwrite(fd, "x", 1, 1L << 40));
    MUST(fstat(fd, &st));
    say("size %ld blocks %ld", (long)st.st_size, (long)st.st_blocks);
    MUST(pread(fd, &byte, 1, 1L << 39));
    VALUE(byte);
    MUST(fstat(fd, &st));
    say("blocks %ld", (long)st.st_blocks);
    SHOW(ftruncate(fd, INT64_MAX));
    SHOW(pwrite(fd, "x", 1, INT64_MAX));
    SHOW(pwrite(fd, "xy", 2, INT64_MAX - 1));
}

CASE(times_in_nanoseconds)
{
    struct timespec times[2] = {{123456789, 987654321}, {-5, 1}};
    struct stat a, b;

    make_file("f", "", 0600);
    MUST(utimensat(AT_FDCWD, "f", times, 0));
    MUST(stat("f", &a));
    say("%ld.%09ld %ld.%09ld", (long)a.st_atim.tv_sec, a.st_atim.tv_nsec, (long)a.st_mtim.tv_sec,
        a.st_mtim.tv_nsec);
    make_file("g", "", 0600);
    await_new_time();
    make_file("h", "", 0600);
    MUST(stat("g", &a));
    MUST(stat("h", &b));
    HOLDS(b.st_mtim.tv_sec > a.st_mtim.tv_sec || b.st_mtim.tv_nsec > a.st_mtim.tv_nsec);
}

CASE(sticky_folder)
{
    MUST(mkdir("s", 0777));
    MUST(chmod("s", 01777));
    make_file("s/roots", "", 0666);
    make_file("s/theirs", "", 0666);
    MUST(chown("s/theirs", 1000, 1000));
    make_file("s/others", "", 0666);
    MUST(chown("s/others", 2000, 2000));
    IN_CHILD("user 1000", {
        MUST(setuid(1000));
        SHOW(unlink("s/roots"));
        SHOW(unlink("s/others"));
        SHOW(rename("s/others", "s/x"));
        SHOW(rename("s/theirs", "s/others"));
        SHOW(rename("s/theirs", "s/mine"));
        SHOW(unlink("s/mine"));
    });
    MUST(chown("s", 1000, 1000));
    IN_CHILD("the folder's owner", {
        MUST(setuid(1000));
        SHOW(unlink("s/others"));
    });
}

static void show_mode(const char *path)
{
    struct stat st;

    MUST(lstat(path, &st));
    say("%s: mode %06o group %d device %u:%u", path, st.st_mode, st.st_gid, major(st.st_rdev),
        minor(st.st_rdev));
}

CASE(set_group_folder)
{
    MUST(mkdir("g", 0777));
    MUST(chown("g", 0, 77));
    MUST(chmod("g", 02777));
    MUST(mkdir("g/d", 0755));
    make_file("g/f", "", 0644);
    MUST(mkfifo("g/p", 0644));
    MUST(symlink("f", "g/l"));
    show_mode("g/d");
    show_mode("g/f");
    show_mode("g/p");
    show_mode("g/l");
    IN_CHILD("another user", {
        MUST(setgid(1000));
        MUST(setuid(1000));
        umask(0);
        MUST(mkdir("g/e", 0755));
        MUST(close(open("g/h", O_CREAT | O_WRONLY, 02775)));
        show_mode("g/e");
        show_mode("g/h");
    });
}

CASE(pipes_and_nodes)
{
    int fd;

    SHOW(mkfifo("p", 0640));
    SHOW(mknod("c", S_IFCHR | 0600, makedev(1, 3)));
    SHOW(mknod("b", S_IFBLK | 0600, makedev(7, 300)));
    SHOW(mknod("s", S_IFSOCK | 0600, 0));
    SHOW(mknod("f", S_IFREG | 0600, makedev(1, 3)));
    SHOW(mknod("d", S_IFDIR | 0600, 0));
    SHOW(mknod("l", S_IFLNK | 0600, 0));
    SHOW(mknod("x", 0110000 | 0600, 0));
    show_mode("p");
    show_mode("c");
    show_mode("b");
    show_mode("s");
    show_mode("f");
    fd = (int)MUST(open("p", O_RDWR | O_NONBLOCK));
    SHOW(write(fd, "through", 7));
    {
        char text[8] = "";

        SHOW(read(fd, text, 7));
        say("%s", text);
    }
    SHOW(open("s", O_RDONLY));
    SHOW(open("p", O_WRONLY | O_NONBLOCK | O_EXCL));
    IN_CHILD("another user", {
        MUST(chmod(".", 0777));
        MUST(setuid(1000));
        SHOW(mknod("c2", S_IFCHR | 0600, makedev(1, 3)));
        SHOW(mknod("white", S_IFCHR | 0600, 0));
        SHOW(mkfifo("p2", 0600));
    });
}
