/*
 * Calls on many descriptors and on parts of files: close_range(2), posix_fadvise(2), readahead(2),
 * sync_file_range(2); and chroot(2).
 */
#include "tests/abi/abi.h"

#include <pthread.h>

#define UNSHARE 2u
#define CLOEXEC 4u

static long range(unsigned first, unsigned last, unsigned flags)
{
    return syscall(SYS_close_range, first, last, flags);
}

/* Opens descriptors 10 to 10 + count - 1. */
static void open_ten(int count)
{
    for (int i = 0; i < count; i++)
        MUST(dup2(1, 10 + i));
}

static void show_open(void)
{
    char text[32] = "";

    for (int fd = 10; fd < 20; fd++) {
        int flags = fcntl(fd, F_GETFD);

        strcat(text, flags < 0 ? "-" : flags & FD_CLOEXEC ? "c" : "o");
    }
    say("10 to 19: %s", text);
}

CASE(close_range_closes)
{
    open_ten(10);
    SHOW(range(12, 14, 0));
    show_open();
    SHOW(range(13, 13, 0));
    SHOW(range(100, 200, 0));
    SHOW(range(18, ~0u, 0));
    show_open();
    SHOW(range(10, 10, 0));
    show_open();
    SHOW(fcntl(1, F_DUPFD, 10));
}

CASE(close_range_marks)
{
    open_ten(10);
    SHOW(range(11, 13, CLOEXEC));
    MUST(close(16));
    SHOW(range(15, 17, CLOEXEC));
    show_open();
    SHOW(fcntl(1, F_DUPFD, 16));
    show_open();
}

CASE(close_range_errors)
{
    open_ten(2);
    SHOW(range(11, 10, 0));
    SHOW(range(10, 11, 1));
    SHOW(range(10, 11, 8));
    SHOW(range(10, 11, CLOEXEC | UNSHARE | 16));
    SHOW(range(~0u, ~0u, 0));
    show_open();
}

CASE(close_range_unshares)
{
    /* A thread that closes in its own table leaves the other's alone. */
    static int result;
    pthread_t thread;
    void *closer(void *unused)
    {
        result = (int)range(10, 14, UNSHARE);
        show_open();
        return unused;
    }

    open_ten(10);
    MUST(pthread_create(&thread, NULL, closer, NULL) == 0 ? 0 : -1);
    pthread_join(thread, NULL);
    VALUE(result);
    show_open();
    SHOW(range(10, 11, UNSHARE));
    show_open();
}

CASE(close_range_many)
{
    struct rlimit limit = {1024, 1024};

    MUST(setrlimit(RLIMIT_NOFILE, &limit));
    for (int fd = 100; fd < 1000; fd++)
        MUST(dup2(1, fd));
    SHOW(range(100, 999, CLOEXEC));
    SHOW(fcntl(999, F_GETFD));
    SHOW(range(101, 1 << 30, 0));
    SHOW(fcntl(100, F_GETFD));
    SHOW(fcntl(101, F_GETFD));
    SHOW(fcntl(999, F_GETFD));
}

CASE(fadvise_answers)
{
    int fd, ends[2];

    make_file("f", "bytes", 0600);
    fd = (int)MUST(open("f", O_RDONLY));
    MUST(pipe(ends));
    for (int advice = -1; advice <= 6; advice++)
        SHOW(syscall(SYS_fadvise64, fd, 0, 0, advice));
    SHOW(syscall(SYS_fadvise64, fd, 0, -1L, 0));
    SHOW(syscall(SYS_fadvise64, fd, 1 << 20, 1, 3));
    SHOW(syscall(SYS_fadvise64, fd, -5, 1, 3));
    SHOW(syscall(SYS_fadvise64, ends[0], 0, 0, 0));
    SHOW(syscall(SYS_fadvise64, ends[0], 0, -1L, 77));
    SHOW(syscall(SYS_fadvise64, 99, 0, 0, 0));
    SHOW(syscall(SYS_fadvise64, open(".", O_RDONLY), 0, 0, 0));
    SHOW(syscall(SYS_fadvise64, open("f", O_PATH), 0, 0, 0));
}

CASE(readahead_answers)
{
    int fd, ends[2];

    make_file("f", "bytes", 0600);
    fd = (int)MUST(open("f", O_RDONLY));
    MUST(pipe(ends));
    SHOW(syscall(SYS_readahead, fd, 0, 100));
    SHOW(syscall(SYS_readahead, fd, 1 << 20, 100));
    SHOW(syscall(SYS_readahead, open("f", O_WRONLY), 0, 100));
    SHOW(syscall(SYS_readahead, ends[0], 0, 100));
    SHOW(syscall(SYS_readahead, open(".", O_RDONLY), 0, 100));
    SHOW(syscall(SYS_readahead, 99, 0, 100));
}

CASE(sync_file_range_answers)
{
    int fd, ends[2];

    make_file("f", "bytes", 0600);
    fd = (int)MUST(open("f", O_RDWR));
    MUST(pipe(ends));
    SHOW(sync_file_range(fd, 0, 0, 7));
    SHOW(sync_file_range(fd, 100, 100, 2));
    SHOW(sync_file_range(fd, 0, 0, 8));
    SHOW(sync_file_range(fd, -1, 0, 2));
    SHOW(sync_file_range(fd, 0, -1, 2));
    SHOW(sync_file_range(fd, INT64_MAX, 1, 2));
    SHOW(sync_file_range(ends[0], 0, 0, 2));
    SHOW(sync_file_range(open("/dev/null", O_RDWR), 0, 0, 2));
    SHOW(sync_file_range(open(".", O_RDONLY), 0, 0, 2));
    SHOW(sync_file_range(99, 0, 0, 8));
}

static void show_cwd(void)
{
    char text[256];
    long length = syscall(SYS_getcwd, text, sizeof(text));

    if (length > 0 && text[0] == '(')
        say("getcwd: %.13s ... %s", text, strrchr(text, '/'));
    else
        say("getcwd: %s", length < 0 ? errno_name(errno) : text);
}

CASE(chroot_changes_the_root)
{
    MUST(mkdir("jail", 0755));
    MUST(mkdir("jail/inside", 0755));
    make_file("jail/file", "of the jail", 0644);
    make_file("outside", "of the world", 0644);
    MUST(symlink("/file", "jail/absolute"));
    MUST(symlink("../../outside", "jail/climbing"));
    SHOW(chroot("jail"));
    show_cwd();
    show_file("/file");
    show_file("outside");
    MUST(chdir("/"));
    show_cwd();
    show_file("absolute");
    show_file("climbing");
    show_file("../../file");
    MUST(chdir("inside"));
    show_cwd();
    show_file("../../../file");
    SHOW(access("/proc", F_OK));
}

CASE(chroot_is_inherited)
{
    MUST(mkdir("jail", 0755));
    make_file("jail/file", "of the jail", 0644);
    MUST(chroot("jail"));
    MUST(chdir("/"));
    IN_CHILD("child", {
        show_file("/file");
        show_cwd();
    });
}

CASE(chroot_lets_descriptors_out)
{
    int dir;

    MUST(mkdir("jail", 0755));
    make_file("outside", "of the world", 0644);
    dir = (int)MUST(open(".", O_RDONLY));
    MUST(chroot("jail"));
    MUST(chdir("/"));
    SHOW(fchdir(dir));
    show_cwd();
    show_file("outside");
}

CASE(chroot_errors)
{
    make_file("f", "", 0644);
    MUST(mkdir("closed", 0700));
    MUST(mkdir("open", 0755));
    SHOW(chroot("f"));
    SHOW(chroot("missing"));
    SHOW(chroot(""));
    SHOW(chroot((void *)1));
    IN_CHILD("another user", {
        MUST(setuid(1000));
        SHOW(chroot("open"));
        SHOW(chroot("closed"));
        SHOW(chroot("missing"));
        SHOW(chroot("f"));
    });
}
