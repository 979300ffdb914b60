/*
 * setpriority(2), sched_setaffinity(2), sched_setscheduler(2) and their kin.
 */
#include "tests/abi/abi.h"

#include <sched.h>

static long get(int which, int who)
{
    return syscall(SYS_getpriority, which, who);
}

static long set(int which, int who, int nice)
{
    return syscall(SYS_setpriority, which, who, nice);
}

static void become_user(void)
{
    MUST(setresuid(4711, 4711, 4711));
}

CASE(nice_values)
{
    SHOW(get(PRIO_PROCESS, 0));
    SHOW(set(PRIO_PROCESS, 0, 5));
    SHOW(get(PRIO_PROCESS, 0));
    SHOW(get(PRIO_PROCESS, getpid()));
    SHOW(get(PRIO_PGRP, 0));
    SHOW(set(PRIO_PROCESS, 0, 100));
    SHOW(get(PRIO_PROCESS, 0));
    SHOW(set(PRIO_PROCESS, 0, -100));
    SHOW(get(PRIO_PROCESS, 0));
}

CASE(nice_is_inherited)
{
    int status;

    MUST(set(PRIO_PROCESS, 0, 7));
    if (fork() == 0)
        _exit((int)get(PRIO_PROCESS, 0));
    MUST(wait(&status));
    VALUE(WEXITSTATUS(status));
}

CASE(nice_of_a_group)
{
    int fds[2], status;
    char byte;
    pid_t child;

    MUST(pipe(fds));
    child = fork();
    if (child == 0) {
        MUST(read(fds[0], &byte, 1));
        _exit((int)get(PRIO_PROCESS, 0));
    }
    SHOW(set(PRIO_PGRP, 0, 3));
    SHOW(set(PRIO_PROCESS, child, 4));
    SHOW(get(PRIO_PGRP, getpgrp()));
    MUST(write(fds[1], "x", 1));
    MUST(wait(&status));
    VALUE(WEXITSTATUS(status));
    SHOW(get(PRIO_PROCESS, 0));
}

CASE(nice_of_a_user)
{
    int status;

    if (fork() == 0) {
        become_user();
        SHOW(set(PRIO_USER, 0, 9));
        SHOW(get(PRIO_USER, 4711));
        _exit(0);
    }
    MUST(wait(&status));
    SHOW(get(PRIO_PROCESS, 0));
    SHOW(get(PRIO_USER, 4711));
}

CASE(nice_without_privilege)
{
    MUST(set(PRIO_PROCESS, 0, 5));
    become_user();
    SHOW(set(PRIO_PROCESS, 0, 6));
    SHOW(set(PRIO_PROCESS, 0, 5));
    SHOW(get(PRIO_PROCESS, 0));
    SHOW(set(PRIO_PROCESS, getppid(), 10));
    SHOW(get(PRIO_PROCESS, getppid()));
}

CASE(nice_errors)
{
    SHOW(get(3, 0));
    SHOW(get(-1, 0));
    SHOW(set(3, 0, 0));
    SHOW(get(PRIO_PROCESS, 0x7fffffff));
    SHOW(set(PRIO_PROCESS, 0x7fffffff, 0));
    SHOW(get(PRIO_PROCESS, -1));
    SHOW(get(PRIO_PGRP, 0x7fffffff));
    SHOW(set(PRIO_USER, 0x7ffffff, 0));
}

CASE(affinity)
{
    unsigned long mask[16] = {0}, one = 1, none = 0;

    HOLDS(syscall(SYS_sched_getaffinity, 0, sizeof(mask), mask) > 0);
    HOLDS(mask[0] & 1);
    SHOW(syscall(SYS_sched_setaffinity, 0, sizeof(one), &one));
    HOLDS(syscall(SYS_sched_getaffinity, 0, sizeof(mask), mask) > 0);
    VALUE(mask[0]);
    VALUE(sched_getcpu());
    SHOW(syscall(SYS_sched_setaffinity, 0, 1, &one));
    SHOW(syscall(SYS_sched_setaffinity, 0, sizeof(none), &none));
    SHOW(syscall(SYS_sched_setaffinity, 0, 0, &one));
    SHOW(syscall(SYS_sched_setaffinity, 0, sizeof(one), 8));
    SHOW(syscall(SYS_sched_setaffinity, 0x7fffffff, sizeof(one), &one));
    SHOW(syscall(SYS_sched_setaffinity, -1, sizeof(one), &one));
    SHOW(syscall(SYS_sched_getaffinity, 0, 4, mask));
}

CASE(affinity_is_inherited)
{
    unsigned long one = 1, mask[16] = {0};
    int status;

    MUST(syscall(SYS_sched_setaffinity, 0, sizeof(one), &one));
    if (fork() == 0) {
        MUST(syscall(SYS_sched_getaffinity, 0, sizeof(mask), mask));
        _exit(mask[0] == 1 && sched_getcpu() == 0);
    }
    MUST(wait(&status));
    VALUE(WEXITSTATUS(status));
}

CASE(affinity_of_others)
{
    unsigned long one = 1;
    pid_t child = fork();
    int status;

    if (child == 0)
        for (;;)
            pause();
    SHOW(syscall(SYS_sched_setaffinity, child, sizeof(one), &one));
    if (fork() == 0) {
        become_user();
        SHOW(syscall(SYS_sched_setaffinity, child, sizeof(one), &one));
        _exit(0);
    }
    MUST(wait(&status));
    MUST(kill(child, SIGKILL));
    MUST(wait(&status));
}

/* A child that runs all the time is driven from one CPU to the other; with one, it stays there. */
CASE(affinity_of_who_runs)
{
    volatile unsigned long *count = NULL;
    unsigned long mask[16] = {0}, wanted;
    pid_t child;

    MUST(syscall(SYS_sched_getaffinity, 0, sizeof(mask), mask));
    child = fork();
    if (child == 0)
        for (;;)
            (void)count;
    for (int i = 0; i < 400; i++) {
        wanted = 1ul << (i % 2);
        if ((mask[0] & wanted) == 0)
            wanted = 1;
        MUST(syscall(SYS_sched_setaffinity, child, sizeof(wanted), &wanted));
    }
    MUST(kill(child, SIGKILL));
    MUST(wait(NULL));
    say("done");
}

CASE(policies)
{
    struct sched_param param = {0}, one = {.sched_priority = 1};

    SHOW(syscall(SYS_sched_getscheduler, 0));
    SHOW(syscall(SYS_sched_getparam, 0, &param));
    VALUE(param.sched_priority);
    SHOW(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &param));
    SHOW(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &one));
    SHOW(syscall(SYS_sched_setparam, 0, &param));
    SHOW(syscall(SYS_sched_setparam, 0, &one));
    SHOW(syscall(SYS_sched_setscheduler, 0, -1, &param));
    SHOW(syscall(SYS_sched_setscheduler, 0, 99, &param));
    SHOW(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, NULL));
    SHOW(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, 8));
    SHOW(syscall(SYS_sched_setscheduler, -1, SCHED_OTHER, &param));
    SHOW(syscall(SYS_sched_getscheduler, 0x7fffffff));
    SHOW(syscall(SYS_sched_getscheduler, -1));
    SHOW(syscall(SYS_sched_getparam, 0, NULL));
    SHOW(syscall(SYS_sched_getparam, 0, 8));
}

CASE(priorities)
{
    for (int policy = -1; policy <= 6; policy++)
        say("%d: %ld to %ld", policy, syscall(SYS_sched_get_priority_min, policy),
            syscall(SYS_sched_get_priority_max, policy));
}

/* The CPU time that a process has had. */
static long cpu_ms(pid_t pid)
{
    struct timespec time;
    clockid_t clock;

    MUST(clock_getcpuclockid(pid, &clock) == 0 ? 0 : -1);
    MUST(clock_gettime(clock, &time));
    return time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Who is nicer gets less: a difference of 19 is a factor of about 70. */
CASE(nice_shares)
{
    volatile unsigned long *counts = NULL;
    unsigned long one = 1, first[2];
    pid_t nicer, normal;
    long start_ms;

    MUST(syscall(SYS_sched_setaffinity, 0, sizeof(one), &one));
    counts = (volatile unsigned long *)syscall(SYS_mmap, NULL, 4096, 3, 0x21, -1, 0);
    nicer = fork();
    if (nicer == 0) {
        MUST(set(PRIO_PROCESS, 0, 19));
        for (;;)
            counts[0]++;
    }
    normal = fork();
    if (normal == 0)
        for (;;)
            counts[1]++;
    while (counts[0] == 0 || counts[1] == 0)
        nap_ms(1);
    first[0] = counts[0];
    first[1] = counts[1];
    start_ms = cpu_ms(nicer) + cpu_ms(normal);
    while (cpu_ms(nicer) + cpu_ms(normal) - start_ms < 1000)
        nap_ms(10);
    HOLDS(counts[1] - first[1] > 5 * (counts[0] - first[0]));
    MUST(kill(nicer, SIGKILL));
    MUST(kill(normal, SIGKILL));
    while (wait(NULL) > 0)
        ;
}
