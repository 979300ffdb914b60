/*
 * Locks under contention: processes count in a shared file, each under a lock of its kind; no count
 * is lost. And locks at random, beside signals: nothing hangs, and none is left.
 */
#include "tests/stress/stress.h"

#include <sys/file.h>

#define SETLKW_OF_DESCRIPTION 38

enum kind {
    OF_PROCESS,
    OF_DESCRIPTION,
    OF_FLOCK,
};

static void take(int fd, enum kind kind, int type)
{
    struct flock range = {.l_type = (short)type, .l_len = 8};

    if (kind == OF_FLOCK)
        MUST(flock(fd, type == F_UNLCK ? LOCK_UN : LOCK_EX));
    else
        MUST(fcntl(fd, kind == OF_PROCESS ? F_SETLKW : SETLKW_OF_DESCRIPTION, &range));
}

static void count_up(enum kind kind, long rounds)
{
    int fd = (int)MUST(open("counter", O_RDWR));
    long value;

    for (long i = 0; i < rounds; i++) {
        take(fd, kind, F_WRLCK);
        MUST(pread(fd, &value, sizeof(value), 0));
        value++;
        MUST(pwrite(fd, &value, sizeof(value), 0));
        take(fd, kind, F_UNLCK);
    }
    MUST(close(fd));
}

static void count_by(const char *what, enum kind kind)
{
    long rounds = stress_count(200, 20000), value = 0;
    int fd = (int)MUST(open("counter", O_RDWR | O_CREAT, 0600));

    MUST(pwrite(fd, &value, sizeof(value), 0));
    for (int i = 0; i < 4; i++)
        SPAWN(count_up(kind, rounds));
    show_ends(what, 4);
    MUST(pread(fd, &value, sizeof(value), 0));
    HOLDS(value == 4 * rounds);
    MUST(close(fd));
}

CASE(nothing_is_lost)
{
    count_by("record locks", OF_PROCESS);
    count_by("description locks", OF_DESCRIPTION);
    count_by("flock", OF_FLOCK);
}

static int flock_at_random(int fd)
{
    static const int operations[] = {LOCK_SH, LOCK_EX | LOCK_NB, LOCK_UN};

    return flock(fd, operations[below(3)]);
}

static void lock_at_random(long rounds)
{
    const struct sigaction action = {.sa_handler = only_interrupt};
    static const short types[] = {F_RDLCK, F_WRLCK, F_UNLCK};
    pid_t pesterer;
    int fds[3];

    MUST(sigaction(SIGUSR1, &action, NULL));
    pesterer = pester(SIGUSR1);
    for (int i = 0; i < 3; i++)
        fds[i] = (int)MUST(open("ranges", O_RDWR | O_CREAT, 0600));
    for (long i = 0; i < rounds; i++) {
        struct flock range = {.l_type = types[below(3)], .l_start = (long)below(50)};
        unsigned which = (unsigned)below(3);
        int result;

        range.l_len = (long)below(20);
        if (below(4) == 0)
            result = flock_at_random(fds[which]);
        else
            result = fcntl(fds[which], below(2) ? F_SETLKW : below(2) ? 37 : F_SETLK, &range);
        if (result < 0 && errno != EINTR && errno != EAGAIN && errno != EDEADLK) {
            say("lock: %s", errno_name(errno));
            _exit(1);
        }
        if (below(10) == 0) {
            close(fds[which]);
            fds[which] = (int)MUST(open("ranges", O_RDWR));
        }
    }
    end_pester(pesterer);
}

CASE(random_locks)
{
    struct flock range = {.l_type = F_WRLCK};
    int fd = (int)MUST(open("ranges", O_RDWR | O_CREAT, 0600));

    for (uint64_t i = 0; i < 5; i++)
        SPAWN(stress_seed(i); lock_at_random(stress_count(200, 20000)));
    show_ends("process", 5);
    SHOW(fcntl(fd, F_SETLK, &range));
    SHOW(flock(fd, LOCK_EX | LOCK_NB));
}
