/*
 * Locks on files: fcntl(2)'s record locks of processes and of open file descriptions, flock(2),
 * /proc/locks.
 */
#include "tests/abi/abi.h"

#include <pthread.h>
#include <sys/file.h>

#ifndef F_OFD_GETLK
#define F_OFD_GETLK 36
#define F_OFD_SETLK 37
#define F_OFD_SETLKW 38
#endif

static int lock(int fd, int command, int type, long start, long length)
{
    struct flock flock = {.l_type = (short)type, .l_start = start, .l_len = length};

    return fcntl(fd, command, &flock);
}

/* Shows what is in the way of a lock, as a child of its own sees it if `other`. */
static void show_test(int fd, int command, int type, long start, long length)
{
    struct flock flock = {.l_type = (short)type, .l_start = start, .l_len = length, .l_pid = 0};
    const char *owner = "?";

    if (fcntl(fd, command, &flock) < 0) {
        say("%ld+%ld: %s", start, length, errno_name(errno));
        return;
    }
    if (flock.l_type == F_UNLCK) {
        say("%ld+%ld: free", start, length);
        return;
    }
    if (flock.l_pid == getppid())
        owner = "the parent";
    else if (flock.l_pid == -1)
        owner = "a description";
    say("%ld+%ld: %s lock at %ld+%ld of %s", start, length,
        flock.l_type == F_WRLCK ? "write" : "read", (long)flock.l_start, (long)flock.l_len, owner);
}

static int open_file(void)
{
    return (int)MUST(open("f", O_RDWR | O_CREAT, 0600));
}

/* What another process sees of the first 100 bytes: which are locked, and how. */
static void show_map(const char *what, int fd)
{
    IN_CHILD(what, {
        for (long at = 0; at < 100;) {
            struct flock flock = {.l_type = F_WRLCK, .l_start = at, .l_len = 100 - at};

            MUST(fcntl(fd, F_GETLK, &flock));
            if (flock.l_type == F_UNLCK)
                break;
            if (flock.l_len == 0) {
                say("%ld and on: %s", (long)flock.l_start,
                    flock.l_type == F_WRLCK ? "write" : "read");
                break;
            }
            say("%ld to %ld: %s", (long)flock.l_start, (long)(flock.l_start + flock.l_len - 1),
                flock.l_type == F_WRLCK ? "write" : "read");
            at = flock.l_start + flock.l_len;
        }
    });
}

CASE(record_conflicts)
{
    int fd = open_file();

    SHOW(lock(fd, F_SETLK, F_WRLCK, 10, 10));
    SHOW(lock(fd, F_SETLK, F_RDLCK, 30, 10));
    show_test(fd, F_GETLK, F_WRLCK, 0, 100);
    IN_CHILD("other", {
        show_test(fd, F_GETLK, F_RDLCK, 0, 10);
        show_test(fd, F_GETLK, F_RDLCK, 0, 11);
        show_test(fd, F_GETLK, F_WRLCK, 19, 1);
        show_test(fd, F_GETLK, F_RDLCK, 20, 100);
        show_test(fd, F_GETLK, F_WRLCK, 20, 0);
        SHOW(lock(fd, F_SETLK, F_RDLCK, 0, 11));
        SHOW(lock(fd, F_SETLK, F_RDLCK, 30, 5));
        SHOW(lock(fd, F_SETLK, F_WRLCK, 30, 5));
        SHOW(lock(fd, F_SETLK, F_WRLCK, 20, 10));
        SHOW(lock(fd, F_SETLK, F_UNLCK, 0, 0));
    });
    SHOW(lock(fd, F_SETLK, F_WRLCK, 20, 10));
}

CASE(record_pieces)
{
    int fd = open_file();

    MUST(lock(fd, F_SETLK, F_WRLCK, 10, 50));
    MUST(lock(fd, F_SETLK, F_UNLCK, 30, 5));
    show_map("hole", fd);
    MUST(lock(fd, F_SETLK, F_RDLCK, 15, 5));
    show_map("another kind", fd);
    MUST(lock(fd, F_SETLK, F_WRLCK, 15, 20));
    show_map("one again", fd);
    MUST(lock(fd, F_SETLK, F_WRLCK, 60, 10));
    MUST(lock(fd, F_SETLK, F_WRLCK, 5, 5));
    show_map("neighbours", fd);
    MUST(lock(fd, F_SETLK, F_UNLCK, 0, 10));
    MUST(lock(fd, F_SETLK, F_UNLCK, 60, 0));
    show_map("ends", fd);
    MUST(lock(fd, F_SETLK, F_RDLCK, 0, 0));
    show_map("all", fd);
    MUST(lock(fd, F_SETLK, F_UNLCK, 20, 20));
    show_map("all but some", fd);
}

CASE(record_ranges)
{
    struct flock flock;
    int fd = open_file();

    MUST(ftruncate(fd, 50));
    MUST(lseek(fd, 20, SEEK_SET));
    flock = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_CUR, .l_start = -5, .l_len = 3};
    SHOW(fcntl(fd, F_SETLK, &flock));
    flock = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_END, .l_start = 0, .l_len = -10};
    SHOW(fcntl(fd, F_SETLK, &flock));
    show_map("seen", fd);
    flock = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = -1, .l_len = 3};
    SHOW(fcntl(fd, F_SETLK, &flock));
    flock = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 5, .l_len = -6};
    SHOW(fcntl(fd, F_SETLK, &flock));
    flock = (struct flock){.l_type = F_WRLCK, .l_whence = 3, .l_start = 0, .l_len = 1};
    SHOW(fcntl(fd, F_SETLK, &flock));
    flock = (struct flock){.l_type = 7, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
    SHOW(fcntl(fd, F_SETLK, &flock));
    SHOW(fcntl(fd, F_GETLK, &flock));
    flock = (struct flock){.l_type = F_UNLCK, .l_whence = SEEK_SET, .l_start = 0, .l_len = 1};
    SHOW(fcntl(fd, F_GETLK, &flock));
    SHOW(lock(fd, F_SETLK, F_WRLCK, INT64_MAX, 1));
    SHOW(lock(fd, F_SETLK, F_WRLCK, INT64_MAX, 2));
    SHOW(lock(fd, F_SETLK, F_WRLCK, INT64_MAX - 1, 1));
    SHOW(fcntl(fd, F_SETLK, (void *)8));
    SHOW(fcntl(fd, F_GETLK, (void *)8));
    SHOW(fcntl(99, F_SETLK, &flock));
}

CASE(record_access)
{
    int readable, writable;

    make_file("f", "", 0600);
    readable = (int)MUST(open("f", O_RDONLY));
    writable = (int)MUST(open("f", O_WRONLY));
    SHOW(lock(readable, F_SETLK, F_WRLCK, 0, 1));
    SHOW(lock(readable, F_SETLK, F_RDLCK, 0, 1));
    SHOW(lock(writable, F_SETLK, F_RDLCK, 5, 1));
    SHOW(lock(writable, F_SETLK, F_WRLCK, 5, 1));
    SHOW(lock(readable, F_GETLK, F_WRLCK, 0, 1));
    SHOW(lock(open("f", O_PATH), F_SETLK, F_RDLCK, 0, 1));
}

CASE(record_goes_with_any_close)
{
    int fd = open_file(), other = open_file();

    MUST(lock(fd, F_SETLK, F_WRLCK, 0, 10));
    show_map("held", fd);
    MUST(close(other));
    show_map("closed another", fd);
    MUST(lock(fd, F_SETLK, F_WRLCK, 0, 10));
    MUST(close(dup(fd)));
    show_map("closed a copy", fd);
    MUST(lock(fd, F_SETLK, F_WRLCK, 0, 10));
    other = open_file();
    MUST(dup2(1, other));
    show_map("replaced another", fd);
}

CASE(record_goes_with_the_process)
{
    int fd = open_file();

    IN_CHILD("child", {
        MUST(lock(fd, F_SETLK, F_WRLCK, 0, 10));
        show_map("held", fd);
    });
    show_map("child gone", fd);
}

CASE(record_is_not_inherited)
{
    int fd = open_file();

    MUST(lock(fd, F_SETLK, F_WRLCK, 0, 10));
    IN_CHILD("child", {
        SHOW(lock(fd, F_SETLK, F_WRLCK, 0, 10));
        SHOW(lock(fd, F_SETLK, F_UNLCK, 0, 0));
    });
    show_map("still held", fd);
}

HELPER(test_lock)
{
    struct flock flock = {.l_type = F_WRLCK};
    int fd = atoi(argv[1]);
    pid_t pid = SPAWN({
        MUST(fcntl(fd, F_GETLK, &flock));
        say("after exec: %s", flock.l_type == F_UNLCK ? "free" : "held");
    });

    show_end("looker", pid);
    return 0;
}

CASE(record_survives_exec)
{
    char number[16];
    int fd = open_file();

    snprintf(number, sizeof(number), "%d", fd);
    IN_CHILD("child", {
        MUST(lock(fd, F_SETLK, F_WRLCK, 0, 10));
        execl(abi_program, "test_lock", number, (char *)NULL);
    });
    MUST(fcntl(fd, F_SETFD, FD_CLOEXEC));
    IN_CHILD("child that closes", {
        int keep = open_file();

        MUST(lock(fd, F_SETLK, F_WRLCK, 0, 10));
        snprintf(number, sizeof(number), "%d", keep);
        execl(abi_program, "test_lock", number, (char *)NULL);
    });
}

CASE(record_threads_are_one)
{
    static int shared_fd;
    pthread_t thread;
    void *locker(void *unused)
    {
        SHOW(lock(shared_fd, F_SETLK, F_WRLCK, 5, 10));
        SHOW(lock(shared_fd, F_SETLK, F_UNLCK, 0, 3));
        return unused;
    }

    shared_fd = open_file();
    MUST(lock(shared_fd, F_SETLK, F_WRLCK, 0, 10));
    MUST(pthread_create(&thread, NULL, locker, NULL) == 0 ? 0 : -1);
    pthread_join(thread, NULL);
    show_map("seen", shared_fd);
}

CASE(record_waits)
{
    int fd = open_file(), ends[2];
    pid_t pid;
    char byte;

    MUST(pipe(ends));
    MUST(lock(fd, F_SETLK, F_WRLCK, 0, 10));
    pid = SPAWN({
        MUST(write(ends[1], "b", 1));
        SHOW(lock(fd, F_SETLKW, F_WRLCK, 5, 10));
        say("the child has it");
    });
    MUST(read(ends[0], &byte, 1));
    nap_ms(50);
    say("the parent lets go");
    MUST(lock(fd, F_SETLK, F_UNLCK, 0, 10));
    show_end("child", pid);
    SHOW(lock(fd, F_SETLK, F_WRLCK, 0, 0));
}

CASE(record_wait_interrupted)
{
    struct sigaction action = {.sa_handler = only_interrupt};
    int fd = open_file();

    MUST(lock(fd, F_SETLK, F_WRLCK, 0, 10));
    IN_CHILD("child", {
        pid_t pesterer;

        MUST(sigaction(SIGUSR1, &action, NULL));
        pesterer = pester(SIGUSR1);
        SHOW(lock(fd, F_SETLKW, F_RDLCK, 0, 1));
        SHOW(lock(fd, F_OFD_SETLKW, F_RDLCK, 0, 1));
        end_pester(pesterer);
    });
    IN_CHILD("killed", {
        alarm(1);
        SHOW(lock(fd, F_SETLKW, F_RDLCK, 0, 1));
    });
    show_map("held", fd);
}

CASE(record_deadlock)
{
    int fd = open_file(), ends[2];
    pid_t pid;
    char byte;

    MUST(pipe(ends));
    MUST(lock(fd, F_SETLK, F_WRLCK, 0, 1));
    pid = SPAWN({
        MUST(lock(fd, F_SETLK, F_WRLCK, 1, 1));
        MUST(write(ends[1], "b", 1));
        SHOW(lock(fd, F_SETLKW, F_WRLCK, 0, 1));
    });
    MUST(read(ends[0], &byte, 1));
    await_sleep(pid);
    SHOW(lock(fd, F_SETLKW, F_WRLCK, 1, 1));
    MUST(lock(fd, F_SETLK, F_UNLCK, 0, 1));
    show_end("child", pid);
}

CASE(record_deadlock_of_three)
{
    int fd = open_file(), ends[2];
    pid_t first, second;
    char byte;

    MUST(pipe(ends));
    MUST(lock(fd, F_SETLK, F_WRLCK, 0, 1));
    first = SPAWN({
        MUST(lock(fd, F_SETLK, F_WRLCK, 1, 1));
        MUST(write(ends[1], "b", 1));
        MUST(lock(fd, F_SETLKW, F_WRLCK, 0, 1));
    });
    MUST(read(ends[0], &byte, 1));
    second = SPAWN({
        MUST(lock(fd, F_SETLK, F_WRLCK, 2, 1));
        MUST(write(ends[1], "b", 1));
        MUST(lock(fd, F_SETLKW, F_WRLCK, 1, 1));
    });
    MUST(read(ends[0], &byte, 1));
    await_sleep(first);
    await_sleep(second);
    SHOW(lock(fd, F_SETLKW, F_WRLCK, 2, 1));
    MUST(lock(fd, F_SETLK, F_UNLCK, 0, 0));
    show_end("first", first);
    show_end("second", second);
}

CASE(description_locks)
{
    int a = open_file(), b = open_file();

    SHOW(lock(a, F_OFD_SETLK, F_WRLCK, 0, 10));
    SHOW(lock(b, F_OFD_SETLK, F_WRLCK, 5, 10));
    SHOW(lock(b, F_SETLK, F_WRLCK, 5, 10));
    show_test(b, F_OFD_GETLK, F_WRLCK, 0, 100);
    show_test(a, F_OFD_GETLK, F_WRLCK, 0, 100);
    show_test(a, F_GETLK, F_RDLCK, 0, 100);
    SHOW(lock(b, F_OFD_SETLK, F_RDLCK, 20, 10));
    SHOW(lock(a, F_OFD_SETLK, F_RDLCK, 20, 10));
    SHOW(lock(dup(a), F_OFD_SETLK, F_RDLCK, 0, 10));
    SHOW(lock(b, F_OFD_SETLK, F_RDLCK, 5, 10));
    SHOW(lock(b, F_OFD_SETLK, F_UNLCK, 0, 0));
}

CASE(description_locks_stay_with_the_description)
{
    int a = open_file(), b = open_file(), copy;
    struct flock flock = {.l_type = F_WRLCK, .l_pid = 5};

    MUST(lock(a, F_OFD_SETLK, F_WRLCK, 0, 10));
    copy = (int)MUST(dup(a));
    MUST(close(a));
    SHOW(lock(b, F_OFD_SETLK, F_RDLCK, 0, 1));
    IN_CHILD("child", {
        SHOW(lock(copy, F_OFD_SETLK, F_RDLCK, 0, 10));
        SHOW(lock(b, F_OFD_SETLK, F_RDLCK, 0, 1));
    });
    SHOW(lock(b, F_OFD_SETLK, F_WRLCK, 0, 1));
    MUST(close(copy));
    SHOW(lock(b, F_OFD_SETLK, F_WRLCK, 0, 1));
    SHOW(fcntl(b, F_OFD_SETLK, &flock));
    SHOW(fcntl(b, F_OFD_GETLK, &flock));
}

CASE(flock_kinds)
{
    int a = open_file(), b = open_file();

    SHOW(flock(a, LOCK_SH));
    SHOW(flock(b, LOCK_SH | LOCK_NB));
    SHOW(flock(a, LOCK_EX | LOCK_NB));
    SHOW(flock(b, LOCK_EX | LOCK_NB));
    SHOW(flock(a, LOCK_SH | LOCK_NB));
    SHOW(flock(b, LOCK_UN));
    SHOW(flock(a, LOCK_SH | LOCK_NB));
    SHOW(flock(a, LOCK_UN));
    SHOW(flock(a, LOCK_UN));
    SHOW(flock(a, LOCK_EX));
    SHOW(lock(b, F_SETLK, F_WRLCK, 0, 0));
    SHOW(lock(b, F_OFD_SETLK, F_WRLCK, 0, 0));
}

CASE(flock_owners)
{
    int a = open_file(), b = open_file(), copy;

    MUST(flock(a, LOCK_EX));
    copy = (int)MUST(dup(a));
    SHOW(flock(copy, LOCK_EX | LOCK_NB));
    MUST(close(a));
    SHOW(flock(b, LOCK_EX | LOCK_NB));
    IN_CHILD("child", {
        SHOW(flock(copy, LOCK_EX | LOCK_NB));
        SHOW(flock(b, LOCK_EX | LOCK_NB));
    });
    SHOW(flock(b, LOCK_EX | LOCK_NB));
    IN_CHILD("child lets go", SHOW(flock(copy, LOCK_UN)));
    SHOW(flock(b, LOCK_EX | LOCK_NB));
    MUST(close(b));
    SHOW(flock(copy, LOCK_EX | LOCK_NB));
}

CASE(flock_arguments)
{
    int fd = open_file(), ends[2];

    MUST(pipe(ends));
    SHOW(flock(fd, 0));
    SHOW(flock(fd, LOCK_SH | LOCK_EX));
    SHOW(flock(fd, LOCK_NB));
    SHOW(flock(fd, 16));
    SHOW(flock(99, LOCK_SH));
    SHOW(flock(99, 0));
    SHOW(flock(open("f", O_PATH), LOCK_SH));
    SHOW(flock(open("f", O_RDONLY), LOCK_EX | LOCK_NB));
    SHOW(flock(open(".", O_RDONLY), LOCK_EX));
    SHOW(flock(ends[0], LOCK_EX));
}

CASE(flock_waits)
{
    struct sigaction action = {.sa_handler = only_interrupt};
    int a = open_file(), b = open_file(), ends[2];
    pid_t pid;
    char byte;

    MUST(pipe(ends));
    MUST(flock(a, LOCK_EX));
    IN_CHILD("interrupted", {
        pid_t pesterer;

        MUST(sigaction(SIGUSR1, &action, NULL));
        pesterer = pester(SIGUSR1);
        SHOW(flock(b, LOCK_SH));
        end_pester(pesterer);
    });
    pid = SPAWN({
        MUST(write(ends[1], "b", 1));
        SHOW(flock(b, LOCK_EX));
        say("the child has it");
    });
    MUST(read(ends[0], &byte, 1));
    nap_ms(50);
    say("the parent lets go");
    MUST(flock(a, LOCK_UN));
    show_end("child", pid);
}

/* Shows the line of /proc/locks for our lock of a kind on the file. */
static void show_proc_lock(const char *wanted, const char *inode)
{
    static char text[8192];

    MUST(strcmp(read_text("/proc/locks", text, sizeof(text)), "ok") == 0 ? 0 : -1);
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        char kind[16], mode[16], type[16], start[32], end[32];
        int pid;

        if (!strstr(line, inode) || sscanf(line, "%*s %15s %15s %15s %d %*s %31s %31s", kind, mode,
                                           type, &pid, start, end) != 6)
            continue;
        if (strcmp(kind, wanted) == 0)
            say("%s %s %s %s to %s of %s", kind, mode, type, start, end,
                pid == getpid() ? "us"
                : pid == -1     ? "a description"
                                : "?");
    }
}

CASE(proc_locks)
{
    char inode[32];
    struct stat st;
    int a = open_file(), b = open_file();

    MUST(lock(a, F_SETLK, F_WRLCK, 10, 10));
    MUST(lock(b, F_OFD_SETLK, F_RDLCK, 100, 0));
    MUST(flock(a, LOCK_SH));
    MUST(fstat(a, &st));
    snprintf(inode, sizeof(inode), ":%lu ", (long)st.st_ino);
    show_proc_lock("POSIX", inode);
    show_proc_lock("OFDLCK", inode);
    show_proc_lock("FLOCK", inode);
}
