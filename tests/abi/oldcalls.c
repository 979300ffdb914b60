/*
 * Calls that libcs go around today and old programs still make: alarm(2), getpgrp(2),
 * epoll_wait(2), getdents(2); and sync(2).
 */
#include "tests/abi/abi.h"

#include <sys/epoll.h>
#include <sys/time.h>

static long call_alarm(unsigned seconds)
{
    return syscall(SYS_alarm, seconds);
}

static void note_signal(int signo)
{
    say("signal %d", signo);
}

/* What alarm tells at once of a timer with so much left. */
static long left_of(struct timeval time)
{
    const struct itimerval timer = {{7, 0}, time};
    long left;

    signal(SIGALRM, SIG_IGN);
    WITHIN_MS(300, MUST(setitimer(ITIMER_REAL, &timer, NULL)); left = call_alarm(0));
    return left;
}

CASE(alarm)
{
    struct itimerval left;

    SHOW(call_alarm(100));
    HOLDS(call_alarm(50) >= 90);
    MUST(getitimer(ITIMER_REAL, &left));
    HOLDS(left.it_value.tv_sec >= 40 && left.it_value.tv_sec <= 50 && left.it_interval.tv_sec == 0);
    HOLDS(call_alarm(0) >= 40);
    SHOW(call_alarm(0));
    SHOW(left_of((struct timeval){50, 0}));
    SHOW(left_of((struct timeval){50, 400000}));
    SHOW(left_of((struct timeval){50, 900000}));
    SHOW(left_of((struct timeval){0, 400000})); /* less than a second is one */
}

CASE(alarm_rings)
{
    struct sigaction action = {.sa_handler = note_signal};
    sigset_t none, ring;

    sigemptyset(&none);
    sigemptyset(&ring);
    sigaddset(&ring, SIGALRM);
    MUST(sigprocmask(SIG_BLOCK, &ring, NULL)); /* it may ring before we wait */
    MUST(sigaction(SIGALRM, &action, NULL));
    SHOW(call_alarm(1));
    SHOW(sigsuspend(&none));
    SHOW(call_alarm(0));
}

CASE(alarm_and_fork)
{
    SHOW(call_alarm(100));
    IN_CHILD("child", SHOW(call_alarm(0)));
    HOLDS(call_alarm(0) >= 90);
}

CASE(getpgrp)
{
    HOLDS(syscall(SYS_getpgrp) == getpgid(0));
    IN_CHILD("child", HOLDS(syscall(SYS_getpgrp) == getppid()); MUST(setpgid(0, 0));
             HOLDS(syscall(SYS_getpgrp) == getpid()));
    IN_CHILD("session", MUST(setsid()); HOLDS(syscall(SYS_getpgrp) == getpid()));
}

static long old_wait(int epfd, struct epoll_event *events, int max, int timeout_ms)
{
    return syscall(SYS_epoll_wait, epfd, events, max, timeout_ms);
}

CASE(epoll_wait)
{
    int epfd = (int)MUST(epoll_create1(0)), ends[2];
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 0x123456789abcdef};

    MUST(pipe(ends));
    MUST(epoll_ctl(epfd, EPOLL_CTL_ADD, ends[0], &event));
    event = (struct epoll_event){0};
    SHOW(old_wait(epfd, &event, 1, 0));
    SHOW(old_wait(epfd, &event, 1, 10));
    MUST(write(ends[1], "x", 1));
    SHOW(old_wait(epfd, &event, 1, -1));
    say("events %x of %llx", event.events, (unsigned long long)event.data.u64);
    SHOW(old_wait(epfd, &event, 0, 0));
    SHOW(old_wait(epfd, &event, -1, 0));
    SHOW(old_wait(epfd, NULL, 1, 0));
    SHOW(old_wait(ends[0], &event, 1, 0));
    SHOW(old_wait(99, &event, 1, 0));
}

CASE(epoll_wait_and_signal)
{
    struct sigaction action = {.sa_handler = only_interrupt};
    struct itimerval soon = {{0, 20000}, {0, 20000}}; /* one of them comes while we wait */
    int epfd = (int)MUST(epoll_create1(0));
    struct epoll_event event;

    MUST(sigaction(SIGALRM, &action, NULL));
    MUST(setitimer(ITIMER_REAL, &soon, NULL));
    SHOW(old_wait(epfd, &event, 1, -1));
}

CASE(sync)
{
    make_file("f", "text", 0600);
    SHOW(syscall(SYS_sync));
    show_file("f");
}

struct old_entry {
    unsigned long ino, offset;
    uint16_t length;
    char name[];
};

static int compare(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* Shows the names in a folder, each with its type, read by buffers of so many bytes. */
static void show_old_names(int fd, unsigned bytes)
{
    static char buffer[4096];
    char names[20][32];
    bool good = true;
    int count = 0;
    long got;

    MUST(lseek(fd, 0, SEEK_SET));
    while ((got = syscall(SYS_getdents, fd, buffer, bytes)) > 0)
        for (long at = 0; at < got;) {
            struct old_entry *entry = (struct old_entry *)(buffer + at);

            good = good && entry->length % 8 == 0 && entry->ino != 0;
            snprintf(names[count++], sizeof(names[0]), "%s:%d", entry->name,
                     buffer[at + entry->length - 1]);
            at += entry->length;
        }
    HOLDS(got == 0 && good);
    qsort(names, (size_t)count, sizeof(names[0]), compare);
    for (int i = 0; i < count; i++)
        say("%s", names[i]);
}

CASE(getdents)
{
    char buffer[64];
    int fd;

    MUST(mkdir("d", 0755));
    MUST(mkdir("d/folder", 0755));
    make_file("d/12345", "", 0644); /* name, NUL and type: just a multiple of 8 with the rest */
    make_file("d/123456", "", 0644);
    MUST(symlink("x", "d/link"));
    fd = (int)MUST(open("d", O_RDONLY | O_DIRECTORY));
    show_old_names(fd, 4096);
    show_old_names(fd, 32);
    MUST(lseek(fd, 0, SEEK_SET));
    SHOW(syscall(SYS_getdents, fd, buffer, 23)); /* "." takes 24 */
    SHOW(syscall(SYS_getdents, fd, (void *)8, 64));
    SHOW(syscall(SYS_getdents, fd, buffer, 24));
    SHOW(syscall(SYS_getdents, 99, buffer, 64));
    SHOW(syscall(SYS_getdents, open("d/12345", O_RDONLY), buffer, 64));
}
