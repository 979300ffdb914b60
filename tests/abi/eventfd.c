/*
 * Counters, timers and signals as descriptors: eventfd(2), timerfd_create(2), signalfd(2).
 */
#include "tests/abi/watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

static void put_count(int fd, uint64_t value)
{
    ssize_t done = write(fd, &value, sizeof(value));

    if (done == (ssize_t)sizeof(value))
        say("wrote %#llx", (unsigned long long)value);
    else
        say("write %#llx: %s", (unsigned long long)value, done < 0 ? errno_name(errno) : "short");
}

static void take_count(int fd)
{
    uint64_t value = 0;
    ssize_t done = read(fd, &value, sizeof(value));

    if (done == (ssize_t)sizeof(value))
        say("read %#llx", (unsigned long long)value);
    else
        say("read: %s", done < 0 ? errno_name(errno) : "short");
}

static void show_poll(int fd)
{
    struct pollfd wanted = {fd, -1, 0};

    MUST(poll(&wanted, 1, 0));
    say("poll %#x", (unsigned)wanted.revents);
}

/* What /proc shows: the link, and a line of fdinfo up to where it differs from run to run. */
static void show_proc(int fd, const char *line)
{
    char path[40], text[600] = "", *found, *end;

    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    MUST(readlink(path, text, sizeof(text) - 1));
    say("%s", text);
    snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
    read_text(path, text, sizeof(text));
    found = strstr(text, line);
    end = found ? strchr(found, '\n') : NULL;
    say("%.*s", end ? (int)(end - found) : 0, found ? found : "");
}

CASE(eventfd_flags)
{
    SHOW(eventfd(0, 0));
    SHOW(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK | EFD_SEMAPHORE));
    SHOW(fcntl(3, F_GETFL));
    SHOW(fcntl(4, F_GETFL));
    SHOW(fcntl(3, F_GETFD));
    SHOW(fcntl(4, F_GETFD));
    SHOW(eventfd(0, 2));
    SHOW(eventfd(0, O_RDWR));
    SHOW(syscall(SYS_eventfd, 7));
    take_count(5);
}

CASE(eventfd_counts)
{
    int fd = (int)MUST(eventfd(5, EFD_NONBLOCK));

    show_poll(fd);
    take_count(fd);
    show_poll(fd);
    take_count(fd);
    put_count(fd, 3);
    put_count(fd, 4);
    take_count(fd);
    put_count(fd, 0);
    show_poll(fd);
    put_count(fd, UINT64_MAX);
    put_count(fd, UINT64_MAX - 1);
    show_poll(fd);
    put_count(fd, 1);
    put_count(fd, 0);
    take_count(fd);
}

CASE(eventfd_semaphore)
{
    int fd = (int)MUST(eventfd(2, EFD_NONBLOCK | EFD_SEMAPHORE));

    take_count(fd);
    show_poll(fd);
    take_count(fd);
    take_count(fd);
    put_count(fd, UINT64_MAX - 1);
    take_count(fd);
    put_count(fd, 1);
    put_count(fd, 1);
}

CASE(eventfd_sizes)
{
    int fd = (int)MUST(eventfd(1, EFD_NONBLOCK));
    char bytes[16] = {1};

    SHOW(read(fd, bytes, 7));
    SHOW(read(fd, bytes, 16));
    SHOW(write(fd, "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 7));
    SHOW(write(fd, "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 8));
    SHOW(read(fd, (void *)8, 8));
    SHOW(read(fd, bytes, 8));
    SHOW(write(fd, (void *)8, 8));
    SHOW(write(fd, (void *)8, 7));
    SHOW(pread(fd, bytes, 8, 0));
    SHOW(pwrite(fd, bytes, 8, 0));
}

CASE(eventfd_waits)
{
    int fd = (int)MUST(eventfd(0, 0));
    uint64_t value = 9;
    pid_t pid = SPAWN(nap_ms(30); MUST(write(fd, &value, 8)));

    take_count(fd);
    show_end("writer", pid);
    put_count(fd, UINT64_MAX - 1);
    pid = SPAWN(nap_ms(30); MUST(read(fd, &value, 8)));
    put_count(fd, 2);
    show_end("reader", pid);
    take_count(fd);
    handle(SIGUSR1, on_signal, 0);
    pid = pester(SIGUSR1);
    take_count(fd);
    end_pester(pid);
}

CASE(eventfd_edges)
{
    int epfd = make_epoll(), fd = (int)MUST(eventfd(0, EFD_NONBLOCK));

    MUST(add(epfd, fd, EPOLLIN | EPOLLET));
    look("nothing", epfd);
    put_count(fd, 1);
    look("written", epfd);
    look("again", epfd);
    put_count(fd, 1);
    look("written again", epfd);
    take_count(fd);
    look("read", epfd);
    MUST(modify(epfd, fd, EPOLLIN | EPOLLOUT | EPOLLET));
    look("modified", epfd);
    put_count(fd, 1);
    look("written", epfd);
    take_count(fd);
    look("read", epfd);
}

CASE(eventfd_edges_of_semaphore)
{
    int epfd = make_epoll(), fd = (int)MUST(eventfd(5, EFD_NONBLOCK | EFD_SEMAPHORE));

    MUST(add(epfd, fd, EPOLLIN | EPOLLET));
    look("added", epfd);
    take_count(fd);
    look("one read", epfd);
}

CASE(eventfd_in_proc)
{
    show_proc((int)MUST(eventfd(0x1234, 0)), "eventfd-count");
    show_proc((int)MUST(eventfd(0x1234, EFD_SEMAPHORE)), "eventfd-semaphore");
}

static int set_timer(int fd, int flags, long value_ns, long interval_ns)
{
    struct itimerspec spec = {{interval_ns / 1000000000, interval_ns % 1000000000},
                              {value_ns / 1000000000, value_ns % 1000000000}};

    return timerfd_settime(fd, flags, &spec, NULL);
}

CASE(timerfd_flags)
{
    static const int clocks[] = {CLOCK_REALTIME,
                                 CLOCK_MONOTONIC,
                                 CLOCK_PROCESS_CPUTIME_ID,
                                 CLOCK_THREAD_CPUTIME_ID,
                                 CLOCK_MONOTONIC_RAW,
                                 CLOCK_BOOTTIME,
                                 CLOCK_REALTIME_ALARM,
                                 CLOCK_BOOTTIME_ALARM,
                                 CLOCK_TAI,
                                 99,
                                 -1};

    for (size_t i = 0; i < ARRAY_SIZE(clocks); i++)
        SHOW(timerfd_create(clocks[i], 0));
    SHOW(timerfd_create(CLOCK_MONOTONIC, 1));
    SHOW(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
    SHOW(fcntl(8, F_GETFL));
    SHOW(fcntl(8, F_GETFD));
    MUST(setgid(4711));
    MUST(setuid(4711));
    SHOW(timerfd_create(CLOCK_BOOTTIME_ALARM, 0));
    SHOW(timerfd_create(CLOCK_BOOTTIME, 0));
}

CASE(timerfd_errors)
{
    int fd = (int)MUST(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK)), ends[2];
    struct itimerspec spec = {{0, 0}, {100, 0}}, bad = {{0, -1}, {1, 0}}, late = {{0, 0}, {-1, 0}};
    char bytes[8];

    MUST(pipe(ends));
    SHOW(timerfd_settime(fd, 4, &spec, NULL));
    SHOW(timerfd_settime(fd, 0, &bad, NULL));
    SHOW(timerfd_settime(fd, 0, &late, NULL));
    SHOW(timerfd_settime(fd, 0, (void *)8, NULL));
    SHOW(timerfd_settime(77, 0, &spec, NULL));
    SHOW(timerfd_settime(ends[0], 0, &spec, NULL));
    SHOW(timerfd_settime(fd, 0, &spec, (void *)8));
    SHOW(timerfd_settime(fd, TFD_TIMER_CANCEL_ON_SET, &spec, NULL));
    SHOW(timerfd_gettime(ends[0], &spec));
    SHOW(timerfd_gettime(77, &spec));
    SHOW(timerfd_gettime(fd, (void *)8));
    SHOW(read(fd, bytes, 7));
    SHOW(read(fd, bytes, 8));
    SHOW(write(fd, bytes, 8));
}

/* Waits until a timer has gone off. */
static void await_tick(int fd)
{
    struct pollfd wanted = {fd, POLLIN, 0};

    MUST(poll(&wanted, 1, -1));
}

CASE(timerfd_once)
{
    int fd = (int)MUST(timerfd_create(CLOCK_MONOTONIC, 0));
    struct itimerspec left;

    show_poll(fd);
    MUST(set_timer(fd, 0, 20000000, 0));
    take_count(fd);
    MUST(timerfd_gettime(fd, &left));
    VALUE(left.it_value.tv_sec);
    VALUE(left.it_value.tv_nsec);
    MUST(set_timer(fd, 0, 1000000, 0));
    await_tick(fd);
    show_poll(fd);
    SHOW(fcntl(fd, F_SETFL, O_NONBLOCK));
    MUST(set_timer(fd, 0, 100000000000, 0));
    show_poll(fd);
    take_count(fd);
    MUST(set_timer(fd, 0, 1, 0));
    await_tick(fd);
    SHOW(read(fd, (void *)8, 8));
    take_count(fd);
}

CASE(timerfd_repeats)
{
    int fd = (int)MUST(timerfd_create(CLOCK_MONOTONIC, 0));
    struct itimerspec old;
    uint64_t ticks;

    MUST(set_timer(fd, 0, 1000000, 1000000));
    nap_ms(20);
    MUST(read(fd, &ticks, 8));
    HOLDS(ticks >= 10);
    MUST(read(fd, &ticks, 8));
    HOLDS(ticks >= 1);
    MUST(timerfd_gettime(fd, &old));
    HOLDS(old.it_value.tv_sec == 0 && old.it_value.tv_nsec <= 1000000);
    VALUE(old.it_interval.tv_nsec);
    MUST(timerfd_settime(fd, 0, &(struct itimerspec){{0, 0}, {100, 0}}, &old));
    VALUE(old.it_interval.tv_nsec);
    MUST(timerfd_settime(fd, 0, &(struct itimerspec){{7, 8}, {0, 0}}, &old));
    HOLDS(old.it_value.tv_sec >= 90 && old.it_value.tv_sec < 100);
    VALUE(old.it_interval.tv_nsec);
    MUST(timerfd_gettime(fd, &old));
    VALUE(old.it_value.tv_sec);
    VALUE(old.it_interval.tv_sec);
}

CASE(timerfd_at_a_time)
{
    static const int clocks[] = {CLOCK_REALTIME, CLOCK_MONOTONIC, CLOCK_BOOTTIME};

    for (size_t i = 0; i < ARRAY_SIZE(clocks); i++) {
        int fd = (int)MUST(timerfd_create(clocks[i], TFD_NONBLOCK));
        struct itimerspec spec = {{0, 0}, {0, 1}}, left;

        MUST(timerfd_settime(fd, TFD_TIMER_ABSTIME, &spec, NULL));
        await_tick(fd);
        take_count(fd);
        MUST(clock_gettime(clocks[i], &spec.it_value));
        spec.it_value.tv_sec += 1000;
        MUST(timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &spec, NULL));
        MUST(timerfd_gettime(fd, &left));
        HOLDS(left.it_value.tv_sec >= 990 && left.it_value.tv_sec <= 1000);
        take_count(fd);
    }
}

CASE(timerfd_wakes)
{
    int fd = (int)MUST(timerfd_create(CLOCK_REALTIME, 0)), epfd = make_epoll();
    pid_t pid;

    MUST(add(epfd, fd, EPOLLIN | EPOLLET));
    MUST(set_timer(fd, 0, 20000000, 0));
    SHOW(epoll_wait(epfd, events, 1, -1));
    look("again", epfd);
    show_poll(fd);
    take_count(fd);
    handle(SIGUSR1, on_signal, 0);
    pid = pester(SIGUSR1);
    take_count(fd);
    end_pester(pid);
}

CASE(timerfd_in_proc)
{
    int fd = (int)MUST(timerfd_create(CLOCK_BOOTTIME, 0));

    show_proc(fd, "clockid");
    MUST(set_timer(fd, TFD_TIMER_ABSTIME, 1, 0));
    await_tick(fd);
    show_proc(fd, "ticks");
    show_proc(fd, "settime flags");
    show_proc(fd, "it_value");
    MUST(set_timer(fd, 0, 0, 3000000004));
    show_proc(fd, "it_interval");
}

static void block(sigset_t *set, int first, int second)
{
    sigemptyset(set);
    sigaddset(set, first);
    sigaddset(set, second);
    MUST(sigprocmask(SIG_BLOCK, set, NULL));
}

static void take_signal(int fd)
{
    struct signalfd_siginfo info;
    ssize_t done = read(fd, &info, sizeof(info));

    if (done != (ssize_t)sizeof(info)) {
        say("read: %s", done < 0 ? errno_name(errno) : "short");
        return;
    }
    say("%s code %d, from %s, int %d, status %d", signal_name((int)info.ssi_signo), info.ssi_code,
        (pid_t)info.ssi_pid == getpid() ? "self"
        : info.ssi_pid == 0             ? "nobody"
                                        : "another",
        info.ssi_int, info.ssi_status);
}

CASE(signalfd_flags)
{
    sigset_t set;

    block(&set, SIGUSR1, SIGUSR2);
    SHOW(signalfd(-1, &set, 0));
    SHOW(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
    SHOW(fcntl(4, F_GETFD));
    SHOW(fcntl(4, F_GETFL));
    SHOW(signalfd(-1, &set, 1));
    SHOW(signalfd(-2, &set, 0));
    SHOW(signalfd(77, &set, 0));
    SHOW(signalfd(1, &set, 0));
    SHOW(signalfd(3, &set, SFD_NONBLOCK));
    SHOW(fcntl(3, F_GETFL));
    SHOW(syscall(SYS_signalfd4, -1, &set, 4, 0));
    SHOW(syscall(SYS_signalfd4, -1, (void *)8, 8, 0));
    SHOW(syscall(SYS_signalfd, -1, &set, 8));
}

CASE(signalfd_reads)
{
    sigset_t set, pending;
    struct signalfd_siginfo infos[3];
    int fd;

    block(&set, SIGUSR1, SIGUSR2);
    fd = (int)MUST(signalfd(-1, &set, SFD_NONBLOCK));
    show_poll(fd);
    take_signal(fd);
    MUST(kill(getpid(), SIGUSR1));
    show_poll(fd);
    take_signal(fd);
    show_poll(fd);
    MUST(sigqueue(getpid(), SIGUSR2, (union sigval){.sival_int = 42}));
    MUST(raise(SIGUSR1));
    take_signal(fd);
    take_signal(fd);
    MUST(kill(getpid(), SIGUSR1));
    MUST(kill(getpid(), SIGUSR2));
    SHOW(read(fd, infos, sizeof(infos)) / (ssize_t)sizeof(infos[0]));
    SHOW(read(fd, infos, sizeof(infos[0]) - 1));
    MUST(kill(getpid(), SIGUSR1));
    SHOW(read(fd, (void *)8, sizeof(infos[0])));
    MUST(sigpending(&pending));
    show_set("pending", &pending);
    SHOW(write(fd, infos, sizeof(infos[0])));
}

CASE(signalfd_waits)
{
    sigset_t set;
    pid_t pid, self = getpid();
    int fd, epfd = make_epoll();

    block(&set, SIGUSR1, SIGCHLD);
    fd = (int)MUST(signalfd(-1, &set, 0));
    pid = SPAWN(nap_ms(30); kill(self, SIGUSR1); wait_for_ever(NULL));
    take_signal(fd);
    MUST(kill(pid, SIGKILL));
    take_signal(fd);
    show_end("child", pid);
    MUST(add(epfd, fd, EPOLLIN));
    pid = SPAWN(nap_ms(30); _exit(3));
    SHOW(epoll_wait(epfd, events, 1, -1));
    take_signal(fd);
    show_end("child", pid);
    look("nothing", epfd);
    handle(SIGUSR2, on_signal, 0);
    pid = pester(SIGUSR2);
    take_signal(fd);
    end_pester(pid);
}

CASE(signalfd_other_set)
{
    sigset_t set, other;
    int fd;

    block(&set, SIGUSR1, SIGUSR2);
    sigemptyset(&other);
    sigaddset(&other, SIGKILL);
    sigaddset(&other, SIGUSR2);
    fd = (int)MUST(signalfd(-1, &set, SFD_NONBLOCK));
    MUST(kill(getpid(), SIGUSR1));
    SHOW(signalfd(fd, &other, 0));
    show_poll(fd);
    take_signal(fd);
    show_proc(fd, "sigmask");
    SHOW(signalfd(fd, &set, 0));
    take_signal(fd);
}

/* What is read are the reader's signals, not those of who made the descriptor. */
CASE(signalfd_inherited)
{
    sigset_t set;
    int fd, epfd = make_epoll();
    pid_t pid;

    block(&set, SIGUSR1, SIGUSR2);
    fd = (int)MUST(signalfd(-1, &set, SFD_NONBLOCK));
    MUST(kill(getpid(), SIGUSR1));
    pid = SPAWN(take_signal(fd); kill(getpid(), SIGUSR2); take_signal(fd);
                MUST(add(epfd, fd, EPOLLIN)));
    show_end("child", pid);
    take_signal(fd);
    MUST(kill(getpid(), SIGUSR2));
    show_poll(fd);
    take_signal(fd);
}

CASE(signalfd_of_a_timer)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    struct itimerspec soon = {{0, 0}, {0, 1000000}};
    struct signalfd_siginfo info;
    timer_t timer;
    sigset_t set;
    int fd;

    block(&set, SIGUSR1, SIGUSR2);
    event.sigev_value.sival_int = 99;
    fd = (int)MUST(signalfd(-1, &set, 0));
    MUST(timer_create(CLOCK_MONOTONIC, &event, &timer));
    MUST(timer_settime(timer, 0, &soon, NULL));
    MUST(read(fd, &info, sizeof(info)));
    VALUE(info.ssi_code);
    VALUE(info.ssi_int);
    VALUE(info.ssi_ptr);
    VALUE(info.ssi_pid);
    VALUE(info.ssi_overrun);
}
