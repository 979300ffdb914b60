/*
 * Several who watch, and epolls that watch epolls: epoll(7).
 */
#include "tests/abi/watch.h"

#include <poll.h>
#include <pthread.h>

CASE(exclusive_rules)
{
    int epfd = make_epoll(), other = make_epoll(), ends[2];

    MUST(pipe(ends));
    SHOW(add(epfd, other, EPOLLIN | EPOLLEXCLUSIVE));
    SHOW(add(epfd, ends[0], EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT));
    SHOW(add(epfd, ends[0], EPOLLPRI | EPOLLEXCLUSIVE));
    SHOW(add(epfd, ends[0], EPOLLRDHUP | EPOLLEXCLUSIVE));
    SHOW(add(epfd, ends[0], EPOLLIN | EPOLLOUT | EPOLLET | EPOLLWAKEUP | EPOLLEXCLUSIVE));
    SHOW(modify(epfd, ends[0], EPOLLIN | EPOLLEXCLUSIVE));
    SHOW(modify(epfd, ends[0], EPOLLIN));
    SHOW(epoll_ctl(epfd, EPOLL_CTL_DEL, ends[0], &(struct epoll_event){EPOLLEXCLUSIVE, {0}}));
    SHOW(add(epfd, ends[0], EPOLLIN));
    SHOW(modify(epfd, ends[0], EPOLLIN | EPOLLEXCLUSIVE));
}

/* Children wait for one pipe, each with an epoll of its own; all who are woken say so. */
static int woken_of(int children, uint32_t mode)
{
    int least = mode & EPOLLEXCLUSIVE ? 1 : children, ends[2], told[2], woken = 0;
    pid_t pids[8];
    char byte;

    MUST(pipe(ends));
    MUST(pipe(told));
    for (int i = 0; i < children; i++)
        pids[i] = SPAWN(int epfd = make_epoll(); MUST(add(epfd, ends[0], EPOLLIN | mode));
                        if (epoll_wait(epfd, events, 1, -1) == 1) put(told[1]); pause());
    for (int i = 0; i < children; i++)
        await_sleep(pids[i]);
    put(ends[1]);
    for (; woken < least; woken++)
        take(told[0]);
    for (int i = 0; i < children; i++) /* in epoll_wait still, or told */
        await_sleep(pids[i]);
    MUST(fcntl(told[0], F_SETFL, O_NONBLOCK));
    while (read(told[0], &byte, 1) == 1)
        woken++;
    for (int i = 0; i < children; i++)
        end_pester(pids[i]);
    return woken;
}

CASE(exclusive_wakes_fewer)
{
    VALUE(woken_of(4, 0));
    VALUE(woken_of(4, EPOLLEXCLUSIVE) < 4);
    VALUE(woken_of(4, EPOLLEXCLUSIVE) > 0);
}

#define THREADS 4

static int shared_epoll, got_one[2];
static volatile pid_t tids[THREADS];

static void *wait_once(void *tid)
{
    struct epoll_event event;

    *(volatile pid_t *)tid = gettid();
    if (epoll_wait(shared_epoll, &event, 1, -1) == 1)
        put(got_one[1]);
    return wait_for_ever(NULL);
}

static void await_threads(void)
{
    for (int i = 0; i < THREADS; i++) {
        while (tids[i] == 0)
            nap_ms(1);
        await_sleep(tids[i]);
    }
}

/* One wakes the next: we wait for as many as there have to be, then look for more. */
static int threads_that_got_one(uint32_t mode)
{
    int least = mode & (EPOLLET | EPOLLONESHOT) ? 1 : THREADS, got = 0, ends[2];
    pthread_t thread;
    char byte;

    memset((void *)tids, 0, sizeof(tids));
    shared_epoll = make_epoll();
    MUST(pipe(ends));
    MUST(pipe(got_one));
    MUST(add(shared_epoll, ends[0], EPOLLIN | mode));
    for (int i = 0; i < THREADS; i++)
        pthread_create(&thread, NULL, wait_once, (void *)&tids[i]);
    await_threads();
    put(ends[1]);
    for (; got < least; got++)
        take(got_one[0]);
    await_threads();
    MUST(fcntl(got_one[0], F_SETFL, O_NONBLOCK));
    while (read(got_one[0], &byte, 1) == 1)
        got++;
    return got;
}

/* An edge is one thread's; a level is everybody's. */
CASE(several_threads)
{
    VALUE(threads_that_got_one(EPOLLET));
    VALUE(threads_that_got_one(EPOLLONESHOT));
    VALUE(threads_that_got_one(0));
}

CASE(polled_itself)
{
    int epfd = make_epoll(), ends[2];
    struct pollfd fd = {epfd, POLLIN | POLLOUT | POLLRDNORM, 0};
    pid_t pid;

    MUST(pipe(ends));
    MUST(add(epfd, ends[0], EPOLLIN));
    SHOW(poll(&fd, 1, 0));
    put(ends[1]);
    SHOW(poll(&fd, 1, 0));
    VALUE(fd.revents);
    take(ends[0]);
    SHOW(poll(&fd, 1, 0));
    pid = SPAWN(nap_ms(30); put(ends[1]));
    SHOW(poll(&fd, 1, -1));
    show_end("writer", pid);
}

CASE(nested)
{
    int outer = make_epoll(), inner = make_epoll(), ends[2];
    pid_t pid;

    MUST(pipe(ends));
    SHOW(add(outer, inner, EPOLLIN));
    SHOW(add(inner, ends[0], EPOLLIN));
    look("outer", outer);
    put(ends[1]);
    look("outer", outer);
    look("inner", inner);
    look("outer", outer);
    take(ends[0]);
    look("outer", outer);
    look("inner", inner);
    pid = SPAWN(nap_ms(30); put(ends[1]));
    SHOW(epoll_wait(outer, events, 1, -1));
    show_end("writer", pid);
    MUST(close(inner));
    look("outer, inner closed", outer);
    SHOW(epoll_ctl(outer, EPOLL_CTL_DEL, inner, NULL));
}

CASE(nested_edge_triggered)
{
    int outer = make_epoll(), inner = make_epoll(), ends[2];

    MUST(pipe(ends));
    MUST(add(inner, ends[0], EPOLLIN));
    put(ends[1]);
    MUST(add(outer, inner, EPOLLIN | EPOLLET));
    look("added", outer);
    look("again", outer);
    put(ends[1]);
    look("one more", outer);
    look("again", outer);
    look("inner", inner);
    look("outer", outer);
}

CASE(circles)
{
    int a = make_epoll(), b = make_epoll(), c = make_epoll();

    SHOW(add(a, a, EPOLLIN));
    SHOW(add(a, b, EPOLLIN));
    SHOW(add(b, a, EPOLLIN));
    SHOW(add(b, c, EPOLLIN));
    SHOW(add(c, a, EPOLLIN));
    SHOW(add(c, b, EPOLLIN));
    SHOW(add(a, c, EPOLLIN));
    SHOW(epoll_ctl(a, EPOLL_CTL_DEL, b, NULL));
    SHOW(add(c, a, EPOLLIN));
    SHOW(epoll_ctl(a, EPOLL_CTL_DEL, c, NULL));
    SHOW(add(c, a, EPOLLIN));
    SHOW(add(a, b, EPOLLIN));
}

CASE(long_rows)
{
    int row[8], ends[2];

    for (int i = 0; i < 8; i++)
        row[i] = make_epoll();
    for (int i = 0; i < 7; i++)
        SHOW(add(row[i + 1], row[i], EPOLLIN));
    MUST(pipe(ends));
    SHOW(add(row[0], ends[0], EPOLLIN));
    put(ends[1]);
    for (int i = 0; i < 8; i++)
        SHOW(epoll_wait(row[i], events, 1, 0));
}

CASE(rows_made_from_the_top)
{
    int row[8];

    for (int i = 0; i < 8; i++)
        row[i] = make_epoll();
    for (int i = 7; i > 0; i--)
        SHOW(add(row[i], row[i - 1], EPOLLIN));
}

CASE(too_many_ways)
{
    struct rlimit limit = {2000, 2000};
    int bottom = make_epoll(), ends[2], added = 0, top;

    MUST(setrlimit(RLIMIT_NOFILE, &limit));
    MUST(pipe(ends));
    MUST(add(bottom, ends[0], EPOLLIN));
    do {
        errno = 0;
        top = make_epoll();
        added += add(top, bottom, EPOLLIN) == 0;
    } while (errno == 0 && added < 600);
    say("%d, then %s", added, errno_name(errno));
    SHOW(add(bottom, ends[1], EPOLLOUT));
    SHOW(epoll_wait(bottom, events, 1, 0));
}
