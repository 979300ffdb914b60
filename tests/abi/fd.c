/*
 * Descriptors: dup(2), fcntl(2), close-on-exec, RLIMIT_NOFILE, ioctl(2) of what has none.
 */
#include "tests/abi/abi.h"

#include <sys/ioctl.h>

static void show_flags(const char *what, int fd)
{
    int flags = fcntl(fd, F_GETFL);

    say("%s: %s%s%s%s", what, (flags & O_ACCMODE) == O_RDWR ? "read-write" : "one way",
        flags & O_APPEND ? " append" : "", flags & O_NONBLOCK ? " nonblock" : "",
        flags & ~(O_ACCMODE | O_APPEND | O_NONBLOCK | 0100000) ? " and more" : "");
}

CASE(dup_lowest)
{
    SHOW(dup(1));
    SHOW(dup(1));
    SHOW(close(3));
    SHOW(dup(1));
    SHOW(dup(99));
    SHOW(dup(-1));
}

CASE(dup2_forms)
{
    make_file("f", "text", 0644);
    MUST(open("f", O_RDONLY));
    SHOW(dup2(3, 10));
    SHOW(dup2(3, 3));
    SHOW(dup2(3, 10));
    SHOW(dup2(99, 10));
    SHOW(dup2(99, 99));
    SHOW(dup2(3, -1));
    SHOW(dup2(3, 1 << 30));
    SHOW(fcntl(10, F_GETFD));
    SHOW(close(3));
    SHOW(read(10, (char[4]){0}, 4));
}

CASE(dup3_forms)
{
    MUST(open("/dev/null", O_RDONLY));
    SHOW(dup3(3, 10, O_CLOEXEC));
    SHOW(fcntl(10, F_GETFD));
    SHOW(dup3(3, 10, 0));
    SHOW(fcntl(10, F_GETFD));
    SHOW(dup3(3, 3, 0));
    SHOW(dup3(3, 11, O_NONBLOCK));
    SHOW(dup3(99, 11, 0));
    SHOW(dup3(3, 1 << 30, 0));
}

CASE(dup_drops_cloexec)
{
    SHOW(open("/dev/null", O_RDONLY | O_CLOEXEC));
    SHOW(fcntl(3, F_GETFD));
    SHOW(dup(3));
    SHOW(fcntl(4, F_GETFD));
    SHOW(fcntl(3, F_SETFD, 0));
    SHOW(fcntl(3, F_GETFD));
    SHOW(fcntl(3, F_SETFD, FD_CLOEXEC | 2));
    SHOW(fcntl(3, F_GETFD));
}

CASE(fcntl_dupfd)
{
    MUST(open("/dev/null", O_RDONLY));
    SHOW(fcntl(3, F_DUPFD, 0));
    SHOW(fcntl(3, F_DUPFD, 20));
    SHOW(fcntl(3, F_DUPFD, 20));
    SHOW(fcntl(3, F_DUPFD_CLOEXEC, 20));
    SHOW(fcntl(22, F_GETFD));
    SHOW(fcntl(3, F_DUPFD, -1));
    SHOW(fcntl(3, F_DUPFD, 1 << 30));
    SHOW(fcntl(99, F_DUPFD, 0));
}

CASE(fcntl_status_flags)
{
    int fd = open("f", O_RDWR | O_CREAT, 0644);

    show_flags("opened", fd);
    SHOW(fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK));
    show_flags("set", fd);
    show_flags("its duplicate", dup(fd));
    SHOW(fcntl(fd, F_SETFL, O_WRONLY | O_CREAT | O_TRUNC));
    show_flags("access mode and creation flags", fd);
    SHOW(fcntl(99, F_GETFL));
    SHOW(fcntl(fd, 9999, 0));
    show_flags("opened for append", open("f", O_RDWR | O_APPEND));
}

CASE(cloexec_at_exec)
{
    char kept[16], closed[16];

    snprintf(kept, sizeof(kept), "%d", open("/dev/null", O_RDONLY));
    snprintf(closed, sizeof(closed), "%d", open("/dev/null", O_RDONLY | O_CLOEXEC));
    execl(abi_program, "fcntl", kept, closed, NULL);
    SHOW(0);
}

HELPER(fcntl)
{
    for (int i = 1; i < argc; i++) {
        int fd = atoi(argv[i]);

        say("descriptor %d", fd);
        SHOW(fcntl(fd, F_GETFD));
    }
    return 0;
}

CASE(limit_of_descriptors)
{
    struct rlimit limit = {8, 16};
    int ends[2];

    MUST(setrlimit(RLIMIT_NOFILE, &limit));
    SHOW(dup2(1, 7));
    SHOW(dup2(1, 8));
    SHOW(fcntl(1, F_DUPFD, 8));
    SHOW(dup(1));
    SHOW(dup(1));
    SHOW(dup(1));
    SHOW(pipe(ends));
    SHOW(dup(1));
    SHOW(dup(1));
    SHOW(open("/dev/null", O_RDONLY));
    SHOW(open("new", O_CREAT | O_WRONLY, 0644));
    SHOW(access("new", F_OK));
    SHOW(close(5));
    SHOW(open("/dev/null", O_RDONLY));
}

CASE(limit_below_what_is_open)
{
    struct rlimit limit = {3, 16};

    SHOW(dup2(1, 10));
    MUST(setrlimit(RLIMIT_NOFILE, &limit));
    SHOW(write(10, "", 0));
    SHOW(dup(1));
    SHOW(dup2(1, 10));
    SHOW(close(10));
}

CASE(many_descriptors)
{
    struct rlimit limit;
    int count = 0, fd, wrong = 0;

    MUST(getrlimit(RLIMIT_NOFILE, &limit));
    limit.rlim_cur = 1000;
    MUST(setrlimit(RLIMIT_NOFILE, &limit));
    while ((fd = dup(0)) >= 0)
        wrong += fd != 3 + count++;
    SHOW(dup(0));
    VALUE(count);
    VALUE(wrong);
    for (fd = 3; fd < 1000; fd += 2)
        wrong += close(fd) != 0;
    SHOW(dup(0));
    SHOW(dup(0));
    VALUE(wrong);
}

CASE(rlimit_calls)
{
    struct rlimit limit = {10, 5}, now;

    SHOW(setrlimit(RLIMIT_NOFILE, &limit));
    limit = (struct rlimit){20, 30};
    SHOW(setrlimit(RLIMIT_NOFILE, &limit));
    SHOW(getrlimit(RLIMIT_NOFILE, &now));
    say("%ld %ld", (long)now.rlim_cur, (long)now.rlim_max);
    SHOW(syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, NULL));
    SHOW(syscall(SYS_prlimit64, 0, 16, NULL, &now));
    SHOW(syscall(SYS_prlimit64, 0, -1, NULL, &now));
    SHOW(syscall(SYS_prlimit64, 999999, RLIMIT_NOFILE, NULL, &now));
    IN_CHILD("inherited", getrlimit(RLIMIT_NOFILE, &now);
             say("%ld %ld", (long)now.rlim_cur, (long)now.rlim_max));
    MUST(setuid(1000));
    limit = (struct rlimit){20, 31};
    SHOW(setrlimit(RLIMIT_NOFILE, &limit));
    limit = (struct rlimit){29, 29};
    SHOW(setrlimit(RLIMIT_NOFILE, &limit));
}

CASE(descriptors_across_fork)
{
    int fd = open("f", O_RDWR | O_CREAT, 0644);

    IN_CHILD("child closes", SHOW(close(fd)));
    SHOW(write(fd, "x", 1));
    IN_CHILD("child opens", SHOW(open("f", O_RDONLY)));
    SHOW(fcntl(4, F_GETFD));
}

CASE(ioctl_of_what_has_none)
{
    int fd = open("f", O_RDWR | O_CREAT, 0644), ends[2], value = 1;
    struct winsize size;

    SHOW(syscall(SYS_ioctl, fd, TIOCGWINSZ, &size));
    SHOW(syscall(SYS_ioctl, fd, 0x5401, &size));
    SHOW(syscall(SYS_ioctl, 99, TIOCGWINSZ, &size));
    MUST(pipe(ends));
    SHOW(syscall(SYS_ioctl, ends[0], TIOCGWINSZ, &size));
    SHOW(write(ends[1], "abc", 3));
    SHOW(ioctl(ends[0], FIONREAD, &value));
    VALUE(value);
    value = 1;
    SHOW(ioctl(fd, FIONBIO, &value));
    show_flags("after FIONBIO", fd);
    SHOW(ioctl(fd, FIOCLEX));
    SHOW(fcntl(fd, F_GETFD));
    SHOW(ioctl(fd, FIONCLEX));
    SHOW(fcntl(fd, F_GETFD));
    SHOW(isatty(fd));
}
