/*
 * Pipes and epolls under signals: writers whose writes are interrupted, readers who learn by epoll
 * what there is to read, and threads that add, take away and close what is being watched.
 */
#include "tests/stress/stress.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/time.h>

#define PIPES 16
#define WRITERS 4 /* of each pipe one after the other */

static void nothing(int signo)
{
    (void)signo;
}

/* A signal each few milliseconds, which interrupts what it finds. */
static void be_interrupted(void)
{
    struct sigaction action = {.sa_handler = nothing};
    struct itimerval timer = {{0, 3000}, {0, 3000}};

    MUST(sigaction(SIGALRM, &action, NULL));
    MUST(setitimer(ITIMER_REAL, &timer, NULL));
}

static void write_all(int fd, const char *bytes, size_t count)
{
    while (count > 0) {
        ssize_t done = write(fd, bytes, count);

        if (done < 0 && errno != EINTR)
            _exit(3);
        if (done > 0) {
            bytes += done;
            count -= (size_t)done;
        }
    }
}

static void write_much(int ends[PIPES][2], long bytes)
{
    static char block[10000];

    be_interrupted();
    while (bytes > 0) {
        size_t count = 1 + below(sizeof(block));

        if ((long)count > bytes)
            count = (size_t)bytes;
        for (int i = 0; i < PIPES; i++)
            write_all(ends[i][1], block, count);
        bytes -= (long)count;
    }
}

/* Reads what there is: bytes. At the end of the pipe it is closed, which *open counts. */
static long read_ready(int fd, bool is_edge, int *open)
{
    static char block[7000];
    long total = 0;
    ssize_t got;

    do {
        got = read(fd, block, sizeof(block));
        total += got > 0 ? got : 0;
    } while (got > 0 && is_edge);
    if (got == 0) {
        MUST(close(fd));
        --*open;
    } else if (got < 0 && errno != EAGAIN && errno != EINTR) {
        say("read: %s", errno_name(errno));
    }
    return total;
}

/* All that the writers write, pipes of even numbers watched for edges, the others for levels. */
static long read_all(int ends[PIPES][2])
{
    int epfd = (int)MUST(epoll_create1(0)), open = PIPES;
    struct epoll_event events[5];
    long total = 0;

    for (int i = 0; i < PIPES; i++) {
        struct epoll_event event = {.events = EPOLLIN | (i % 2 ? 0 : EPOLLET),
                                    .data.u32 = (uint32_t)i};

        MUST(fcntl(ends[i][0], F_SETFL, O_NONBLOCK));
        MUST(epoll_ctl(epfd, EPOLL_CTL_ADD, ends[i][0], &event));
    }
    be_interrupted();
    while (open > 0) {
        int found = epoll_wait(epfd, events, 5, -1);

        for (int i = 0; i < found; i++)
            total += read_ready(ends[events[i].data.u32][0], events[i].data.u32 % 2 == 0, &open);
    }
    return total;
}

CASE(nothing_is_lost)
{
    long bytes = stress_count(100000, 10000000), total;
    int ends[PIPES][2];

    stress_seed(1);
    for (int i = 0; i < PIPES; i++)
        MUST(pipe(ends[i]));
    for (int i = 0; i < WRITERS; i++)
        SPAWN(write_much(ends, bytes));
    for (int i = 0; i < PIPES; i++)
        MUST(close(ends[i][1]));
    total = read_all(ends);
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
    show_ends("writer", WRITERS);
    HOLDS(total == bytes * WRITERS * PIPES);
}

/* --- What is watched comes and goes --- */

#define SLOTS 64
#define OUTER 3

static int slots[SLOTS], epolls[OUTER + 1];
static bool is_over;

static void *churn(void *seed)
{
    uint64_t state = (uint64_t)seed * 0x9e3779b97f4a7c15 + 1;

    while (!__atomic_load_n(&is_over, __ATOMIC_RELAXED)) {
        struct epoll_event event = {.events = EPOLLIN | EPOLLOUT};
        uint64_t one = 1;
        int slot, epfd;

        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        slot = (int)(state >> 8) % SLOTS;
        epfd = epolls[state >> 20 & OUTER];
        event.events |= state & (1u << 31 | 1u << 30);
        switch (state >> 30 & 7) {
        case 0:
            close(slots[slot]);
            slots[slot] = eventfd(0, EFD_NONBLOCK);
            break;
        case 1:
            epoll_ctl(epfd, EPOLL_CTL_DEL, slots[slot], NULL);
            break;
        case 2:
            epoll_ctl(epfd, EPOLL_CTL_MOD, slots[slot], &event);
            break;
        case 3:
        case 4:
            epoll_ctl(epfd, EPOLL_CTL_ADD, slots[slot], &event);
            break;
        case 5:
            epoll_wait(epfd, &event, 1, 0);
            break;
        default:
            (void)!write(slots[slot], &one, sizeof(one));
            break;
        }
    }
    return NULL;
}

static void *wait_on(void *epfd)
{
    struct epoll_event events[8];

    while (!__atomic_load_n(&is_over, __ATOMIC_RELAXED))
        epoll_wait((int)(long)epfd, events, 8, 1);
    return NULL;
}

CASE(what_is_watched_comes_and_goes)
{
    pthread_t threads[6];
    struct epoll_event event = {.events = EPOLLIN};

    for (int i = 0; i <= OUTER; i++)
        epolls[i] = (int)MUST(epoll_create1(0));
    for (int i = 1; i <= OUTER; i++)
        MUST(epoll_ctl(epolls[i], EPOLL_CTL_ADD, epolls[i - 1], &event));
    for (int i = 0; i < SLOTS; i++)
        slots[i] = (int)MUST(eventfd(0, EFD_NONBLOCK));
    for (long i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, churn, (void *)(i + 1));
    pthread_create(&threads[4], NULL, wait_on, (void *)(long)epolls[0]);
    pthread_create(&threads[5], NULL, wait_on, (void *)(long)epolls[OUTER]);
    nap_ms(stress_count(1000, 100000));
    __atomic_store_n(&is_over, true, __ATOMIC_RELAXED);
    for (int i = 0; i < 6; i++)
        pthread_join(threads[i], NULL);
    say("over");
}

/* --- Events that nobody reads --- */

#define HOARD_INSTANCES 30
#define HOARD_EVENTS 16000

static void hoard_events(char names[2][251])
{
    MUST(setgid(4713));
    MUST(setuid(4713));
    for (int i = 0; i < HOARD_INSTANCES; i++)
        MUST(inotify_add_watch((int)MUST(inotify_init1(0)), ".", IN_OPEN));
    for (int i = 0; i < HOARD_EVENTS; i++)
        MUST(close((int)MUST(open(names[i % 2], O_RDONLY))));
}

/* A user makes the kernel remember much; others still find memory. */
CASE(events_that_nobody_reads)
{
    size_t bytes = 32ul << 20;
    char names[2][251], byte;
    int told[2];
    pid_t pid;

    for (int i = 0; i < 2; i++) {
        memset(names[i], 'a' + i, 250);
        names[i][250] = '\0';
        make_file(names[i], "", 0666);
    }
    MUST(pipe(told));
    pid = SPAWN(hoard_events(names); MUST(write(told[1], "x", 1)); pause());
    MUST(close(told[1]));
    SHOW(read(told[0], &byte, 1));
    IN_CHILD("who needs memory", memset(map_shared(bytes), 1, bytes));
    MUST(kill(pid, SIGTERM));
    show_end("who hoards", pid);
}
