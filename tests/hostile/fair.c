/*
 * Hogs of the CPUs: who computes without end gets its part and no more, on whichever CPU it is.
 * Times are compared with each other, so this is for a machine that counts instructions
 * (`--icount`): run on Limen only. There the CPUs run in turn, and a turn that comes late is up to
 * a slice more or less for somebody: with several CPUs, only what is far off is wrong.
 */
#include "tests/abi/abi.h"

#include <sched.h>

#define MAX_HOGS 16
#define RUN_MS 1000

struct hogs {
    int count;
    pid_t pids[MAX_HOGS];
};

static int cpu_count(void)
{
    return (int)sysconf(_SC_NPROCESSORS_ONLN);
}

static void hog_start(struct hogs *hogs, int nice_value)
{
    pid_t pid = MUST(fork());

    if (pid == 0) {
        MUST(setpriority(PRIO_PROCESS, 0, nice_value));
        for (;;)
            continue;
    }
    hogs->pids[hogs->count++] = pid;
}

/* Lets them run, ends them, and stores the CPU time that each has had. */
static void hogs_run(const struct hogs *hogs, long ran_ms[])
{
    struct rusage usage;

    nap_ms(RUN_MS);
    for (int i = 0; i < hogs->count; i++)
        MUST(kill(hogs->pids[i], SIGKILL));
    for (int i = 0; i < hogs->count; i++) {
        MUST(wait4(hogs->pids[i], NULL, 0, &usage));
        ran_ms[i] = usage.ru_utime.tv_sec * 1000 + usage.ru_utime.tv_usec / 1000 +
                    usage.ru_stime.tv_sec * 1000 + usage.ru_stime.tv_usec / 1000;
    }
}

/* Shows whether a value is what it should be, within a tenth of it. */
static void show_near(const char *what, long value, long wanted)
{
    if (value * 10 >= wanted * 9 && value * 10 <= wanted * 11)
        say("%s: as it should be", what);
    else
        say("%s: %ld, it should be %ld", what, value, wanted);
}

/* One hog more than CPUs: nobody keeps a CPU of its own, which would be twice what others have. */
CASE(one_more_than_cpus)
{
    struct hogs hogs = {0};
    long ran_ms[MAX_HOGS], least, most;

    for (int i = 0; i <= cpu_count(); i++)
        hog_start(&hogs, 0);
    hogs_run(&hogs, ran_ms);
    least = most = ran_ms[0];
    for (int i = 1; i < hogs.count; i++) {
        least = ran_ms[i] < least ? ran_ms[i] : least;
        most = ran_ms[i] > most ? ran_ms[i] : most;
    }
    if (least * 3 >= most * 2)
        say("all had much the same");
    else
        say("one had %ld ms, another %ld ms", least, most);
}

/* The nicer ones, started first and as many as CPUs, leave the CPUs to the others, and still get
 * something. Two of a kind on a CPU would have half of all. */
CASE(nicer_ones)
{
    struct hogs hogs = {0};
    long ran_ms[MAX_HOGS], nice_ms = 0, other_ms = 0;
    int cpus = cpu_count();

    for (int i = 0; i < cpus; i++)
        hog_start(&hogs, 10);
    nap_ms(50);
    for (int i = 0; i < cpus; i++)
        hog_start(&hogs, 0);
    hogs_run(&hogs, ran_ms);
    for (int i = 0; i < cpus; i++) {
        nice_ms += ran_ms[i];
        other_ms += ran_ms[cpus + i];
    }
    if (nice_ms > 0 && nice_ms * 3 < other_ms)
        say("they left most to the others");
    else
        say("they had %ld ms, the others %ld ms", nice_ms, other_ms);
}

static void stay_on_first_cpu(void)
{
    cpu_set_t first;

    CPU_ZERO(&first);
    CPU_SET(0, &first);
    MUST(sched_setaffinity(0, sizeof(first), &first));
}

/* Two that may run on one CPU only share it, whatever the other CPUs do. */
CASE(pinned)
{
    struct hogs hogs = {0};
    long ran_ms[MAX_HOGS];

    stay_on_first_cpu();
    hog_start(&hogs, 0);
    hog_start(&hogs, 0);
    hogs_run(&hogs, ran_ms);
    show_near("first", ran_ms[0], RUN_MS / 2);
    show_near("second", ran_ms[1], RUN_MS / 2);
}

/* By nice values: a step is worth a quarter, so three are worth nearly two. */
CASE(pinned_and_nice)
{
    struct hogs hogs = {0};
    long ran_ms[MAX_HOGS];

    stay_on_first_cpu();
    hog_start(&hogs, 0);
    hog_start(&hogs, 3);
    hogs_run(&hogs, ran_ms);
    show_near("first", ran_ms[0], RUN_MS * 64 / 97);
    show_near("second", ran_ms[1], RUN_MS * 33 / 97);
}

/* Who sleeps mostly is prompt among hogs. */
CASE(sleeper)
{
    struct hogs hogs = {0};
    struct timespec before, after;
    long late_ms = 0;

    stay_on_first_cpu();
    for (int i = 0; i < 4; i++)
        hog_start(&hogs, 0);
    nap_ms(100); /* starting them was work */
    for (int i = 0; i < 50; i++) {
        long took_ms;

        MUST(clock_gettime(CLOCK_MONOTONIC, &before));
        nap_ms(10);
        MUST(clock_gettime(CLOCK_MONOTONIC, &after));
        took_ms =
            (after.tv_sec - before.tv_sec) * 1000 + (after.tv_nsec - before.tv_nsec) / 1000000;
        late_ms = took_ms - 10 > late_ms ? took_ms - 10 : late_ms;
    }
    for (int i = 0; i < hogs.count; i++)
        MUST(kill(hogs.pids[i], SIGKILL));
    if (late_ms <= 1)
        say("it was never late");
    else
        say("it was %ld ms late", late_ms);
}
