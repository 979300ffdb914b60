/*
 * Waiting for several files: poll(2), ppoll(2), select(2), pselect6(2). Waiting for pipes stands in
 * pipe.c.
 */
#include "tests/abi/handler.h"

#include <poll.h>
#include <sys/select.h>
#include <sys/time.h>

/* The calls themselves: a libc keeps the timeout from its caller. */
static int raw_ppoll(struct pollfd *fds, unsigned count_of_fds, struct timespec *timeout,
                     const void *mask, size_t size)
{
    return (int)syscall(SYS_ppoll, fds, count_of_fds, timeout, mask, size);
}

static int raw_select(int below, void *in, void *out, void *except, void *timeout)
{
    return (int)syscall(SYS_select, below, in, out, except, timeout);
}

static int raw_pselect(int below, void *in, void *out, void *except, void *timeout,
                       const void *mask)
{
    return (int)syscall(SYS_pselect6, below, in, out, except, timeout, mask);
}

struct packed_mask {
    const void *set;
    size_t size;
};

static void show_revents(const char *what, int fd, short events)
{
    struct pollfd wanted = {fd, events, 0x7fff};
    int found = poll(&wanted, 1, 0);

    say("%s: %d %#x", what, found, (unsigned short)wanted.revents);
}

static void fill(int *ends)
{
    static char block[65536];

    MUST(pipe2(ends, O_NONBLOCK));
    MUST(write(ends[1], block, sizeof(block)));
}

/* Sets of up to 64 descriptors. */
#define BIT(fd) (1ul << (fd))

static unsigned long set_in, set_out, set_except;

static void show_select(const char *what, int below, void *timeout)
{
    int found = raw_select(below, &set_in, &set_out, &set_except, timeout);

    if (found < 0)
        say("%s: %s", what, errno_name(errno));
    else
        say("%s: %d, %#lx %#lx %#lx", what, found, set_in, set_out, set_except);
}

CASE(poll_kinds_of_files)
{
    short all = POLLIN | POLLPRI | POLLOUT | POLLRDNORM | POLLRDBAND | POLLWRNORM | POLLWRBAND;

    show_revents("file", (int)MUST(open("f", O_RDWR | O_CREAT, 0600)), all);
    show_revents("file for reading", (int)MUST(open("f", O_RDONLY)), all);
    show_revents("directory", (int)MUST(open(".", O_RDONLY)), all);
    show_revents("null", (int)MUST(open("/dev/null", O_RDWR)), all);
    show_revents("zero", (int)MUST(open("/dev/zero", O_RDONLY)), all);
    show_revents("full", (int)MUST(open("/dev/full", O_RDONLY)), all);
    show_revents("random", (int)MUST(open("/dev/random", O_RDWR)), all);
    show_revents("urandom", (int)MUST(open("/dev/urandom", O_RDWR)), all);
    show_revents("proc", (int)MUST(open("/proc/self/stat", O_RDONLY)), all);
    show_revents("path", (int)MUST(open("f", O_PATH)), all);
    show_revents("no events", (int)MUST(open("f", O_RDONLY)), 0);
    show_revents("only out", (int)MUST(open("f", O_RDONLY)), POLLOUT);
    show_revents("closed", 77, all);
    show_revents("none", -1, all);
    show_revents("none", -77, all);
}

CASE(poll_pipe_ends)
{
    int ends[2];

    fill(ends);
    show_revents("in, full", ends[0], -1);
    show_revents("out, full", ends[1], -1);
    MUST(close(ends[0]));
    show_revents("out, no reader, full", ends[1], -1);
    MUST(pipe(ends));
    show_revents("in, empty", ends[0], -1);
    show_revents("out, empty", ends[1], -1);
    MUST(close(ends[1]));
    show_revents("in, no writer", ends[0], -1);
    MUST(mkfifo("fifo", 0600));
    ends[0] = (int)MUST(open("fifo", O_RDWR));
    show_revents("both ways, empty", ends[0], -1);
    MUST(write(ends[0], "x", 1));
    show_revents("both ways, a byte", ends[0], -1);
}

CASE(poll_limit)
{
    struct rlimit limit = {8, 1024};
    struct pollfd fds[10];

    for (int i = 0; i < 10; i++)
        fds[i] = (struct pollfd){-1, POLLIN, 1};
    MUST(setrlimit(RLIMIT_NOFILE, &limit));
    SHOW(poll(fds, 8, 0));
    SHOW(poll(fds, 9, 0));
    VALUE(fds[0].revents);
    VALUE(fds[8].revents);
}

CASE(poll_many)
{
    static struct pollfd fds[200];
    int ends[2];

    MUST(pipe(ends));
    for (int i = 0; i < 200; i++)
        fds[i] = (struct pollfd){i % 2 ? ends[0] : -1, POLLIN, 0};
    SHOW(poll(fds, 200, 0));
    MUST(write(ends[1], "x", 1));
    SHOW(poll(fds, 200, -1));
    fds[0].fd = ends[1];
    fds[0].events = POLLOUT;
    SHOW(poll(fds, 1, -1));
}

CASE(poll_bad_pointers)
{
    SHOW(poll((void *)8, 1, 0));
    SHOW(poll((void *)8, 1, -1));
    SHOW(poll(NULL, 1, 0));
    SHOW(poll(NULL, 0, 1));
}

CASE(ppoll_arguments)
{
    struct timespec bad = {0, 1000000000}, negative = {-1, 0}, brief = {0, 1000}, zero = {0, 0};
    sigset_t mask;

    sigemptyset(&mask);
    SHOW(raw_ppoll(NULL, 0, &bad, NULL, 0));
    SHOW(raw_ppoll(NULL, 0, &negative, NULL, 0));
    SHOW(raw_ppoll(NULL, 0, (void *)8, NULL, 0));
    SHOW(raw_ppoll(NULL, 0, &brief, &mask, 4));
    SHOW(raw_ppoll(NULL, 0, &zero, (void *)8, 8));
    SHOW(raw_ppoll(NULL, 0, &bad, (void *)8, 4));
    SHOW(raw_ppoll(NULL, 0, &zero, (void *)8, 4));
    SHOW(raw_ppoll(NULL, 0, &zero, NULL, 4));
    SHOW(raw_ppoll((void *)8, 1, &zero, NULL, 0));
}

CASE(ppoll_time_left)
{
    struct timespec brief = {0, 1000000}, lengthy = {1000, 0}, zero = {0, 0};
    struct pollfd file = {(int)MUST(open("f", O_RDWR | O_CREAT, 0600)), POLLIN, 0};

    SHOW(raw_ppoll(NULL, 0, &brief, NULL, 0));
    VALUE(brief.tv_sec);
    VALUE(brief.tv_nsec);
    SHOW(raw_ppoll(&file, 1, &lengthy, NULL, 0));
    HOLDS(lengthy.tv_sec >= 990 && lengthy.tv_sec < 1000);
    SHOW(raw_ppoll(&file, 1, &zero, NULL, 0));
    VALUE(zero.tv_nsec);
}

/* The timeout stands where it can't be stored: no error, but no restart either. */
CASE(time_left_in_read_only_memory)
{
    static const struct timespec brief = {0, 20000000};
    static const struct timeval brief_too = {0, 20000};

    SHOW(raw_ppoll(NULL, 0, (void *)&brief, NULL, 0));
    SHOW(raw_select(0, NULL, NULL, NULL, (void *)&brief_too));
    SHOW(raw_pselect(0, NULL, NULL, NULL, (void *)&brief, NULL));
}

static void block(int signo)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, signo);
    MUST(sigprocmask(SIG_BLOCK, &set, NULL));
}

static void show_mask(const char *what)
{
    sigset_t set;

    MUST(sigprocmask(SIG_BLOCK, NULL, &set));
    show_set(what, &set);
}

CASE(ppoll_mask_lets_signal_in)
{
    struct timespec lengthy = {100, 0}, zero = {0, 0};
    sigset_t none;

    sigemptyset(&none);
    handle(SIGUSR1, on_signal, SA_RESTART);
    block(SIGUSR1);
    MUST(kill(getpid(), SIGUSR1));
    SHOW(raw_ppoll(NULL, 0, &lengthy, &none, 8));
    VALUE(count);
    HOLDS(lengthy.tv_sec >= 90 && lengthy.tv_sec < 100);
    show_mask("after");
    MUST(kill(getpid(), SIGUSR1));
    SHOW(raw_ppoll(NULL, 0, &zero, &none, 8));
    VALUE(count);
    show_mask("after");
}

/* What is ready counts more than a signal, which stays pending. */
CASE(ppoll_ready_before_signal)
{
    struct pollfd file = {(int)MUST(open("f", O_RDWR | O_CREAT, 0600)), POLLIN, 0};
    sigset_t none, pending;

    sigemptyset(&none);
    handle(SIGUSR1, on_signal, 0);
    block(SIGUSR1);
    MUST(kill(getpid(), SIGUSR1));
    SHOW(raw_ppoll(&file, 1, NULL, &none, 8));
    VALUE(count);
    MUST(sigpending(&pending));
    show_set("pending", &pending);
    show_mask("after");
    SHOW(raw_ppoll((void *)8, 1, NULL, &none, 8));
    VALUE(count);
}

CASE(ppoll_mask_keeps_signal_out)
{
    struct timespec brief = {0, 30000000};
    sigset_t mask;
    pid_t pid;

    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    handle(SIGUSR1, on_signal, 0);
    pid = pester(SIGUSR1);
    SHOW(raw_ppoll(NULL, 0, &brief, &mask, 8));
    end_pester(pid);
    show_mask("after");
}

CASE(interrupted_poll_is_not_restarted)
{
    pid_t pid;

    handle(SIGUSR1, on_signal, SA_RESTART);
    pid = pester(SIGUSR1);
    SHOW(poll(NULL, 0, -1));
    SHOW(raw_ppoll(NULL, 0, NULL, NULL, 0));
    SHOW(raw_select(0, NULL, NULL, NULL, NULL));
    SHOW(raw_pselect(0, NULL, NULL, NULL, NULL, NULL));
    end_pester(pid);
}

/* Waits for a descriptor to be readable, by the call of that number. */
static int wait_readable(int which, int fd)
{
    struct pollfd wanted = {fd, POLLIN, 0};
    struct timespec ts = {20, 0};
    struct timeval tv = {20, 0};
    unsigned long set = BIT(fd);

    switch (which) {
    case 0:
        return poll(&wanted, 1, 20000);
    case 1:
        return raw_ppoll(&wanted, 1, &ts, NULL, 0);
    case 2:
        return raw_select(fd + 1, &set, NULL, NULL, &tv);
    default:
        return raw_pselect(fd + 1, &set, NULL, NULL, &ts, NULL);
    }
}

/* A stop and SIGCONT run no handler: the wait goes on, until the point in time that it was for. */
CASE(stopped_and_continued)
{
    int ends[2];
    pid_t pid, helper;

    MUST(pipe(ends));
    for (int which = 0; which < 4; which++) {
        pid = SPAWN(_exit(wait_readable(which, ends[0]) + 10));
        helper = SPAWN(nap_ms(20); kill(pid, SIGSTOP); nap_ms(20); kill(pid, SIGCONT); nap_ms(20);
                       MUST(write(ends[1], "x", 1)));
        show_end("helper", helper);
        show_end("waiter", pid);
        MUST(read(ends[0], (char[1]){0}, 1));
    }
}

CASE(revents_are_stored_when_interrupted)
{
    int ends[2];
    struct pollfd fd = {0, POLLIN, 0x55};
    pid_t pid;

    MUST(pipe(ends));
    fd.fd = ends[0];
    handle(SIGUSR1, on_signal, 0);
    pid = pester(SIGUSR1);
    SHOW(poll(&fd, 1, -1));
    end_pester(pid);
    VALUE(fd.revents);
}

CASE(select_senses)
{
    struct timeval zero = {0, 0};
    int empty[2], full[2], no_reader[2], no_writer[2], file;

    file = (int)MUST(open("f", O_RDWR | O_CREAT, 0600));
    MUST(pipe(empty));
    fill(full);
    MUST(pipe(no_reader));
    MUST(pipe(no_writer));
    MUST(close(no_reader[0]));
    MUST(close(no_writer[1]));
    set_in = set_out = set_except = BIT(file);
    show_select("file", 64, &zero);
    set_in = set_out = set_except = BIT(empty[0]) | BIT(empty[1]);
    show_select("empty pipe", 64, &zero);
    set_in = set_out = set_except = BIT(full[0]) | BIT(full[1]);
    show_select("full pipe", 64, &zero);
    set_in = set_out = set_except = BIT(no_reader[1]);
    show_select("no reader", 64, &zero);
    set_in = set_out = set_except = BIT(no_writer[0]);
    show_select("no writer", 64, &zero);
    set_in = BIT(empty[0]) | BIT(file);
    set_out = BIT(full[1]);
    set_except = 0;
    show_select("mixed", file + 1, NULL);
    set_in = BIT(empty[0]);
    set_out = set_except = 0;
    show_select("nothing", 64, &zero);
    set_in = BIT(file) | BIT(full[0]);
    set_out = set_except = 0;
    show_select("bits beyond the count", full[0], &zero);
}

CASE(select_arguments)
{
    struct timeval zero = {0, 0}, negative = {-1, 0}, odd = {0, -1}, big = {0, 3000000};
    struct timeval shifted = {1, -1000000};
    int file = (int)MUST(open("f", O_RDWR | O_CREAT, 0600));

    SHOW(raw_select(-1, NULL, NULL, NULL, &zero));
    SHOW(raw_select(0, NULL, NULL, NULL, &zero));
    SHOW(raw_select(1 << 30, NULL, NULL, NULL, &zero));
    SHOW(raw_select(0, NULL, NULL, NULL, &negative));
    SHOW(raw_select(0, NULL, NULL, NULL, &odd));
    SHOW(raw_select(0, NULL, NULL, NULL, &shifted));
    SHOW(raw_select(0, NULL, NULL, NULL, (void *)8));
    SHOW(raw_select(-1, NULL, NULL, NULL, &negative));
    SHOW(raw_select(-1, NULL, NULL, NULL, (void *)8));
    set_in = BIT(file);
    SHOW(raw_select(64, &set_in, NULL, NULL, &big));
    HOLDS(big.tv_sec <= 2 && big.tv_usec < 1000000);
    SHOW(raw_select(64, (void *)8, NULL, NULL, &zero));
    SHOW(raw_select(64, NULL, (void *)8, NULL, &zero));
    SHOW(raw_select(64, NULL, NULL, (void *)8, &zero));
    SHOW(raw_select(0, (void *)8, NULL, NULL, &zero));
}

CASE(select_bad_descriptors)
{
    struct timeval lengthy = {1000, 0}, zero = {0, 0};
    unsigned long wide[4] = {0, 0, 0, 1};
    int path;

    set_in = BIT(40);
    set_out = set_except = 0;
    show_select("closed", 64, &zero);
    set_in = BIT(40);
    show_select("closed, above the count", 40, &zero);
    set_in = 0;
    set_except = BIT(40) | BIT(1);
    show_select("closed, exceptional", 41, &lengthy);
    HOLDS(lengthy.tv_sec >= 990 && lengthy.tv_sec < 1000);
    VALUE(set_except == (BIT(40) | BIT(1)));
    SHOW(raw_select(256, wide, NULL, NULL, &zero));
    VALUE(wide[3]);
    path = (int)MUST(open(".", O_PATH));
    set_in = set_out = set_except = BIT(path);
    show_select("path", 64, &zero);
}

CASE(select_large)
{
    unsigned long in[5] = {0}, out[5] = {0};
    struct timeval zero = {0, 0};
    int ends[2];

    MUST(pipe(ends));
    MUST(dup2(ends[0], 300));
    MUST(dup2(ends[1], 299));
    in[300 / 64] = 1ul << 300 % 64;
    out[299 / 64] = 1ul << 299 % 64;
    SHOW(raw_select(301, in, out, NULL, &zero));
    HOLDS(in[4] == 0 && out[4] == 1ul << 299 % 64);
    MUST(write(ends[1], "x", 1));
    in[300 / 64] = 1ul << 300 % 64;
    SHOW(raw_select(301, in, NULL, NULL, NULL));
    HOLDS(in[4] == 1ul << 300 % 64);
}

/* When the time is up the sets are empty; after an error they are as they were. */
CASE(select_what_is_left)
{
    struct timeval brief = {0, 1000};
    int ends[2];
    pid_t pid;

    MUST(pipe(ends));
    set_in = BIT(ends[0]);
    set_out = set_except = 0;
    show_select("timeout", 64, &brief);
    VALUE(brief.tv_sec);
    VALUE(brief.tv_usec);
    handle(SIGUSR1, on_signal, 0);
    set_in = BIT(ends[0]);
    pid = pester(SIGUSR1);
    show_select("signal", 64, NULL);
    end_pester(pid);
    HOLDS(set_in == BIT(ends[0]));
}

CASE(pselect_arguments)
{
    struct timespec bad = {0, -1}, zero = {0, 0};
    sigset_t none;
    struct packed_mask wrong_size = {&none, 4}, missing = {NULL, 4}, wild = {(void *)8, 8};

    sigemptyset(&none);
    SHOW(raw_pselect(0, NULL, NULL, NULL, &bad, NULL));
    SHOW(raw_pselect(0, NULL, NULL, NULL, &zero, (void *)8));
    SHOW(raw_pselect(0, NULL, NULL, NULL, &zero, &wrong_size));
    SHOW(raw_pselect(0, NULL, NULL, NULL, &zero, &missing));
    SHOW(raw_pselect(0, NULL, NULL, NULL, &zero, &wild));
    SHOW(raw_pselect(-1, NULL, NULL, NULL, &zero, NULL));
    SHOW(raw_pselect(0, NULL, NULL, NULL, (void *)8, (void *)8));
}

CASE(pselect_mask)
{
    struct timespec lengthy = {100, 0}, zero = {0, 0};
    sigset_t none;
    struct packed_mask packed = {&none, 8};

    sigemptyset(&none);
    handle(SIGUSR1, on_signal, SA_RESTART);
    block(SIGUSR1);
    MUST(kill(getpid(), SIGUSR1));
    set_out = BIT(1);
    SHOW(raw_pselect(2, NULL, &set_out, NULL, NULL, &packed));
    VALUE(count);
    SHOW(raw_pselect(-1, NULL, NULL, NULL, NULL, &packed));
    VALUE(count);
    SHOW(raw_pselect(0, NULL, NULL, NULL, &lengthy, &packed));
    VALUE(count);
    HOLDS(lengthy.tv_sec >= 90 && lengthy.tv_sec < 100);
    MUST(kill(getpid(), SIGUSR1));
    SHOW(raw_pselect(0, NULL, NULL, NULL, &zero, &packed));
    VALUE(count);
    show_mask("after");
}

CASE(closed_while_waited_for)
{
    struct pollfd fds[2];
    int ends[2], other[2], seen[2];
    pid_t pid;
    char byte;

    MUST(pipe(ends));
    MUST(pipe(other));
    MUST(pipe(seen));
    fds[0] = (struct pollfd){ends[0], POLLIN, 0};
    fds[1] = (struct pollfd){other[0], POLLIN, 0};
    pid = SPAWN(close(ends[1]); nap_ms(20); MUST(write(other[1], "x", 1));
                MUST(read(seen[0], &byte, 1)));
    MUST(close(other[1]));
    SHOW(poll(fds, 2, -1));
    VALUE(fds[0].revents);
    VALUE(fds[1].revents);
    MUST(write(seen[1], "", 1));
    show_end("writer", pid);
    SHOW(poll(fds, 2, -1));
    VALUE(fds[1].revents);
}
