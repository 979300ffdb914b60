/*
 * Scheduling policies: sched_setscheduler(2), sched_setattr(2), sched(7).
 */
#include "tests/abi/abi.h"

#include <pthread.h>
#include <sched.h>

#ifndef SCHED_RESET_ON_FORK
#define SCHED_RESET_ON_FORK 0x40000000
#endif

struct attr {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
    uint32_t util_min, util_max;
};
#define SIZE_FIRST 48

enum {
    RESET = 1,
    KEEP_POLICY = 8,
    KEEP_PARAMS = 16,
    UTIL_MIN = 32
};

static long set(pid_t pid, int policy, int priority)
{
    const struct sched_param param = {.sched_priority = priority};

    return syscall(SYS_sched_setscheduler, pid, policy, &param);
}

static long set_attr(const struct attr *attr)
{
    return syscall(SYS_sched_setattr, 0, attr, 0);
}

static void show_policy(const char *what, pid_t pid)
{
    struct attr attr = {0};

    MUST(syscall(SYS_sched_getattr, pid, &attr, SIZE_FIRST, 0));
    say("%s: policy %ld, size %u, policy %u, flags %lu, nice %d, priority %u", what,
        syscall(SYS_sched_getscheduler, pid), attr.size, attr.policy, (unsigned long)attr.flags,
        attr.nice, attr.priority);
}

static void limit(int resource, rlim_t value)
{
    const struct rlimit limits = {value, value};

    MUST(setrlimit(resource, &limits));
}

static void become_user(void)
{
    MUST(setresuid(1234, 1234, 1234));
}

static void run_here_only(void)
{
    cpu_set_t all, one;
    int cpu = 0;

    MUST(sched_getaffinity(0, sizeof(all), &all));
    while (!CPU_ISSET(cpu, &all))
        cpu++;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    MUST(sched_setaffinity(0, sizeof(one), &one));
}

CASE(set_and_get)
{
    static const int policies[] = {SCHED_FIFO, SCHED_RR, SCHED_BATCH, SCHED_IDLE, SCHED_OTHER};

    for (size_t i = 0; i < ARRAY_SIZE(policies); i++) {
        bool is_real_time = policies[i] == SCHED_FIFO || policies[i] == SCHED_RR;

        SHOW(set(0, policies[i], is_real_time ? 10 : 0));
        show_policy("now", 0);
        SHOW(set(0, policies[i], is_real_time ? 0 : 1));
    }
}

CASE(priorities)
{
    struct sched_param param = {.sched_priority = 99};

    SHOW(set(0, SCHED_FIFO, 1));
    SHOW(syscall(SYS_sched_setparam, 0, &param));
    param.sched_priority = 100;
    SHOW(syscall(SYS_sched_setparam, 0, &param));
    param.sched_priority = 0;
    SHOW(syscall(SYS_sched_setparam, 0, &param));
    param.sched_priority = -1;
    SHOW(syscall(SYS_sched_setparam, 0, &param));
    SHOW(syscall(SYS_sched_getparam, 0, &param));
    VALUE(param.sched_priority);
}

CASE(no_such_policy)
{
    SHOW(set(0, 4, 0));
    SHOW(set(0, 7, 0));
    SHOW(set(0, 0x100, 0));
    SHOW(set(0, SCHED_OTHER | 0x20000000, 0));
    SHOW(set(0, 6, 0)); /* SCHED_DEADLINE, without its parameters */
    SHOW(set(0x7fffffff, SCHED_FIFO, 1));
}

CASE(intervals)
{
    struct timespec interval = {7, 7};

    MUST(set(0, SCHED_FIFO, 1));
    SHOW(syscall(SYS_sched_rr_get_interval, 0, &interval));
    say("%ld.%09ld", (long)interval.tv_sec, interval.tv_nsec);
    MUST(set(0, SCHED_RR, 1));
    SHOW(syscall(SYS_sched_rr_get_interval, 0, &interval));
    say("%ld.%09ld", (long)interval.tv_sec, interval.tv_nsec);
    SHOW(syscall(SYS_sched_rr_get_interval, 0, 8));
    SHOW(syscall(SYS_sched_rr_get_interval, -1, &interval));
}

CASE(fork_inherits)
{
    MUST(set(0, SCHED_RR, 5));
    IN_CHILD("child", show_policy("child", 0));
    MUST(set(0, SCHED_BATCH, 0));
    MUST(setpriority(PRIO_PROCESS, 0, 3));
    IN_CHILD("child", show_policy("child", 0));
}

CASE(reset_on_fork)
{
    SHOW(set(0, SCHED_FIFO | SCHED_RESET_ON_FORK, 5));
    show_policy("parent", 0);
    IN_CHILD("child", show_policy("child", 0));
    SHOW(set(0, SCHED_BATCH | SCHED_RESET_ON_FORK, 0));
    MUST(setpriority(PRIO_PROCESS, 0, -3));
    IN_CHILD("child of negative nice", show_policy("child", 0));
    MUST(setpriority(PRIO_PROCESS, 0, 3));
    IN_CHILD("child of positive nice", show_policy("child", 0));
    SHOW(set(0, SCHED_OTHER, 0));
    show_policy("parent", 0);
}

CASE(attributes)
{
    struct attr attr = {.size = sizeof(attr), .policy = SCHED_OTHER, .nice = 7};

    SHOW(set_attr(&attr));
    show_policy("nice", 0);
    attr = (struct attr){.size = SIZE_FIRST, .policy = SCHED_RR, .nice = 9, .priority = 3};
    SHOW(set_attr(&attr));
    show_policy("real-time", 0);
    attr = (struct attr){.policy = SCHED_OTHER, .nice = 100, .flags = RESET};
    SHOW(set_attr(&attr));
    show_policy("nicest", 0);
    attr = (struct attr){.size = SIZE_FIRST, .policy = SCHED_FIFO, .nice = 2, .flags = KEEP_POLICY};
    SHOW(set_attr(&attr));
    show_policy("same policy", 0);
    attr =
        (struct attr){.size = SIZE_FIRST, .policy = SCHED_BATCH, .nice = 5, .flags = KEEP_PARAMS};
    SHOW(set_attr(&attr));
    show_policy("same parameters", 0);
}

CASE(attribute_errors)
{
    char large[128] = {0};
    struct attr attr = {.size = sizeof(attr)};

    SHOW(syscall(SYS_sched_setattr, 0, NULL, 0));
    SHOW(syscall(SYS_sched_setattr, 0, 8, 0));
    SHOW(syscall(SYS_sched_setattr, 0, &attr, 1));
    SHOW(syscall(SYS_sched_setattr, -1, &attr, 0));
    SHOW(syscall(SYS_sched_setattr, 0x7fffffff, &attr, 0));
    attr.flags = 0x1000;
    SHOW(set_attr(&attr));
    attr = (struct attr){.size = sizeof(attr), .policy = 0x80000000u};
    SHOW(set_attr(&attr));
    attr = (struct attr){.size = sizeof(attr), .policy = SCHED_OTHER, .priority = 1};
    SHOW(set_attr(&attr));
    attr = (struct attr){.size = sizeof(attr), .policy = SCHED_FIFO, .priority = 256 + 1};
    SHOW(set_attr(&attr));
    attr = (struct attr){.size = SIZE_FIRST, .flags = UTIL_MIN};
    SHOW(set_attr(&attr));
    attr = (struct attr){.size = SIZE_FIRST - 1};
    SHOW(set_attr(&attr));
    VALUE(attr.size >= sizeof(attr));
    attr = (struct attr){.size = 5000};
    SHOW(set_attr(&attr));
    *(uint32_t *)large = sizeof(large);
    SHOW(syscall(SYS_sched_setattr, 0, large, 0));
    *(uint32_t *)large = sizeof(large);
    large[127] = 1;
    SHOW(syscall(SYS_sched_setattr, 0, large, 0));
    SHOW(syscall(SYS_sched_getattr, 0, NULL, SIZE_FIRST, 0));
    SHOW(syscall(SYS_sched_getattr, 0, &attr, SIZE_FIRST - 1, 0));
    SHOW(syscall(SYS_sched_getattr, 0, &attr, 4097, 0));
    SHOW(syscall(SYS_sched_getattr, 0, &attr, SIZE_FIRST, 1));
    SHOW(syscall(SYS_sched_getattr, -1, &attr, SIZE_FIRST, 0));
    SHOW(syscall(SYS_sched_getattr, 0x7fffffff, &attr, SIZE_FIRST, 0));
    SHOW(syscall(SYS_sched_getattr, 0, 8, SIZE_FIRST, 0));
}

CASE(without_privilege)
{
    limit(RLIMIT_RTPRIO, 0);
    limit(RLIMIT_NICE, 0);
    become_user();
    SHOW(set(0, SCHED_FIFO, 1));
    SHOW(set(0, SCHED_BATCH, 0));
    SHOW(set(0, SCHED_OTHER, 0));
    SHOW(set(0, SCHED_IDLE, 0));
    SHOW(set(0, SCHED_BATCH, 0));
    SHOW(set(0, SCHED_OTHER, 0));
    SHOW(set(0, SCHED_IDLE | SCHED_RESET_ON_FORK, 0));
    SHOW(set(0, SCHED_IDLE, 0));
    SHOW(set(getppid(), SCHED_BATCH, 0));
    show_policy("in the end", 0);
}

/* Who is real-time already may stay it and sink without a limit. */
CASE(after_privilege)
{
    limit(RLIMIT_RTPRIO, 0);
    MUST(set(0, SCHED_FIFO, 20));
    become_user();
    SHOW(set(0, SCHED_FIFO, 20));
    SHOW(set(0, SCHED_FIFO, 10));
    SHOW(set(0, SCHED_FIFO, 11));
    SHOW(set(0, SCHED_RR, 5));
    SHOW(set(0, SCHED_OTHER, 0));
}

CASE(stat_tells)
{
    char text[1024], *field;
    int wanted[] = {18, 19, 40, 41}, at = 3;

    MUST(set(0, SCHED_RR, 7));
    MUST(setpriority(PRIO_PROCESS, 0, 4));
    read_text("/proc/self/stat", text, sizeof(text));
    field = strtok(strrchr(text, ')') + 2, " ");
    for (size_t i = 0; i < ARRAY_SIZE(wanted); i++) {
        for (; at < wanted[i]; at++)
            field = strtok(NULL, " ");
        say("%d: %s", wanted[i], field);
    }
}

static volatile char order[16];
static _Atomic unsigned order_count;

struct racer {
    int policy, priority;
    char name;
    int ready[2];
    volatile pid_t tid;
};

/* Waits for a byte, then notes its name when it gets the CPU. */
static void *race(void *of)
{
    struct racer *racer = of;
    char byte;

    racer->tid = gettid();
    MUST(set(0, racer->policy, racer->priority));
    MUST(read(racer->ready[0], &byte, 1));
    order[order_count++] = racer->name;
    return NULL;
}

static void await_racer(const struct racer *racer)
{
    while (racer->tid == 0)
        nap_ms(1);
    await_sleep(racer->tid);
}

/* On one CPU, all woken by one of higher priority, which then lets go: by priority they run. */
CASE(by_priority)
{
    static struct racer racers[] = {
        {SCHED_OTHER, 0, 'd', {0}, 0},
        {SCHED_FIFO, 1, 'c', {0}, 0},
        {SCHED_RR, 50, 'a', {0}, 0},
        {SCHED_FIFO, 20, 'b', {0}, 0},
    };
    pthread_t threads[ARRAY_SIZE(racers)];

    run_here_only();
    MUST(set(0, SCHED_FIFO, 90));
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
        MUST(pipe(racers[i].ready));
        MUST(pthread_create(&threads[i], NULL, race, &racers[i]) == 0 ? 0 : -1);
    }
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
        await_racer(&racers[i]);
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
        MUST(write(racers[i].ready[1], ".", 1));
    VALUE(order_count);
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
        pthread_join(threads[i], NULL);
    say("order: %s", (const char *)order);
}

static volatile unsigned counts[2];

static void *count_for_ever(void *counter)
{
    for (;;)
        ++*(volatile unsigned *)counter;
    return NULL;
}

/* SCHED_FIFO keeps its CPU from its equals, SCHED_RR shares it with them: in so many seconds of CPU
 * time, in which a slow machine may have few ticks. */
static unsigned equals_ran(int policy, clock_t seconds)
{
    pthread_t thread;

    run_here_only();
    MUST(set(0, policy, 10));
    MUST(pthread_create(&thread, NULL, count_for_ever, (void *)&counts[0]) == 0 ? 0 : -1);
    for (clock_t start = clock(); counts[0] == 0 && clock() - start < seconds * CLOCKS_PER_SEC;)
        continue;
    return counts[0] != 0;
}

CASE(turns)
{
    IN_CHILD("FIFO", VALUE(equals_ran(SCHED_FIFO, 1)));
    IN_CHILD("RR", VALUE(equals_ran(SCHED_RR, 10)));
}

static void note_and_yield(char name)
{
    for (int i = 0; i < 3; i++) {
        order[order_count++] = name;
        sched_yield();
    }
}

static void *other_notes(void *unused)
{
    note_and_yield('b');
    return unused;
}

/* sched_yield lets equals go first; who is lowered to them does so himself. */
CASE(yield)
{
    pthread_t thread;

    run_here_only();
    MUST(set(0, SCHED_FIFO, 10));
    MUST(pthread_create(&thread, NULL, other_notes, NULL) == 0 ? 0 : -1);
    MUST(set(0, SCHED_FIFO, 11));
    sched_yield();
    VALUE(order_count);
    MUST(set(0, SCHED_FIFO, 10));
    note_and_yield('a');
    pthread_join(thread, NULL);
    say("order: %s", (const char *)order);
}

/* A real-time thread that never sleeps leaves others a little. */
CASE(hog_leaves_some)
{
    pid_t hog;

    run_here_only();
    hog = SPAWN({
        MUST(set(0, SCHED_FIFO, 50));
        for (;;)
            continue;
    });
    for (clock_t start = clock(); clock() - start < CLOCKS_PER_SEC / 20;)
        continue;
    say("we ran");
    end_pester(hog);
}

/* Who wakes up goes where something less urgent runs. */
CASE(goes_where_it_can)
{
    static struct racer racers[] = {{SCHED_FIFO, 20, 'x', {0}, 0}, {SCHED_FIFO, 20, 'y', {0}, 0}};
    pthread_t threads[ARRAY_SIZE(racers)];

    if (sysconf(_SC_NPROCESSORS_ONLN) < 2) {
        say("order_count: 2");
        return;
    }
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++) {
        MUST(pipe(racers[i].ready));
        MUST(pthread_create(&threads[i], NULL, race, &racers[i]) == 0 ? 0 : -1);
    }
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
        await_racer(&racers[i]);
    MUST(set(0, SCHED_FIFO, 30));
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
        MUST(write(racers[i].ready[1], ".", 1));
    while (order_count < 2)
        continue; /* we keep our CPU */
    VALUE(order_count);
}

/* --- RLIMIT_RTTIME --- */

static volatile sig_atomic_t warnings;

static void on_warning(int signo)
{
    warnings += signo == SIGXCPU;
}

static void limit_time(rlim_t soft_us, rlim_t hard_us)
{
    const struct rlimit limits = {soft_us, hard_us};

    signal(SIGXCPU, on_warning);
    MUST(setrlimit(RLIMIT_RTTIME, &limits));
}

static void limit_time_awake(int policy, rlim_t soft_us, rlim_t hard_us)
{
    MUST(set(0, policy, 5));
    limit_time(soft_us, hard_us);
}

static long cpu_ms(void)
{
    struct timespec now;

    MUST(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now));
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void compute_ms(long ms)
{
    long end_ms = cpu_ms() + ms;

    while (cpu_ms() < end_ms)
        continue;
}

CASE(time_awake)
{
    struct rlimit limits;

    limit_time_awake(SCHED_FIFO, 50000, RLIM_INFINITY);
    while (warnings == 0)
        compute_ms(1);
    VALUE(warnings);
    MUST(getrlimit(RLIMIT_RTTIME, &limits));
    VALUE(limits.rlim_cur);
}

CASE(time_awake_kills)
{
    IN_CHILD("who yields", limit_time_awake(SCHED_RR, 50000, 100000); for (;;) sched_yield());
    IN_CHILD("who isn't real-time", MUST(set(0, SCHED_RR, 5)); MUST(set(0, SCHED_OTHER, 0));
             limit_time(20000, 40000); compute_ms(100); VALUE(warnings));
}

/* If the machine stood still while we were awake, a warning says nothing: once more. */
CASE(time_awake_ends_with_sleep)
{
    long most_ms, tries = 0;

    limit_time_awake(SCHED_FIFO, 80000, RLIM_INFINITY);
    do {
        warnings = most_ms = 0;
        limit_time(80000, RLIM_INFINITY);
        for (int i = 0; i < 6; i++) {
            long start_ms = cpu_ms(), used_ms;

            compute_ms(20);
            nap_ms(1);
            used_ms = cpu_ms() - start_ms;
            most_ms = used_ms > most_ms ? used_ms : most_ms;
        }
    } while (warnings > 0 && most_ms > 30 && ++tries < 100);
    VALUE(warnings);
}
