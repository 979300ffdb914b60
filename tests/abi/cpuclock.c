/*
 * Clocks of CPU time, of the program itself and of others: clock_getcpuclockid(3),
 * pthread_getcpuclockid(3), clock_gettime(2), clock_getres(2), clock_nanosleep(2), timer_create(2).
 * And what is asked of clocks that a machine may lack (adjtimex(2), *_ALARM).
 */
#include "tests/abi/abi.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/timex.h>

#define MS 1000000L

enum {
    PROF,
    VIRT,
    SCHED,
    DEVICE
};

static clockid_t clock_of(pid_t pid, int kind)
{
    return (clockid_t)(~(unsigned)pid << 3 | (unsigned)kind);
}

static clockid_t clock_of_thread(pid_t tid, int kind)
{
    return clock_of(tid, kind) | 4;
}

static long gettime(clockid_t clock, struct timespec *now)
{
    return syscall(SYS_clock_gettime, clock, now);
}

static int64_t ns_of(clockid_t clock)
{
    struct timespec now;

    MUST(gettime(clock, &now));
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* Computes until a clock has come to a point. */
static void work_until(clockid_t clock, int64_t point_ns)
{
    while (ns_of(clock) < point_ns)
        for (volatile int i = 0; i < 1000; i++)
            continue;
}

static void *work_for_ever(void *unused)
{
    for (volatile int i = 0;; i++)
        continue;
    return unused;
}

static pid_t start_hog(void)
{
    return SPAWN(work_for_ever(NULL));
}

static void end_hog(pid_t pid)
{
    MUST(kill(pid, SIGKILL));
    MUST(waitpid(pid, NULL, 0));
}

CASE(own_clocks)
{
    for (int kind = PROF; kind <= SCHED; kind++) {
        work_until(clock_of(0, kind), 20 * MS);
        HOLDS(ns_of(clock_of(getpid(), kind)) >= 20 * MS);
        HOLDS(ns_of(clock_of_thread(0, kind)) >= 20 * MS);
        HOLDS(ns_of(clock_of_thread((pid_t)syscall(SYS_gettid), kind)) >= 20 * MS);
    }
    HOLDS(ns_of(CLOCK_PROCESS_CPUTIME_ID) <= ns_of(clock_of(0, SCHED)));
    HOLDS(ns_of(clock_of(0, SCHED)) <= ns_of(CLOCK_PROCESS_CPUTIME_ID));
}

/* Between two ticks, too. */
CASE(own_clocks_go_on)
{
    int64_t last = ns_of(CLOCK_THREAD_CPUTIME_ID), now;
    unsigned stood = 0;

    for (int i = 0; i < 1000; i++, last = now) {
        now = ns_of(CLOCK_THREAD_CPUTIME_ID);
        stood += now <= last;
    }
    VALUE(stood);
}

CASE(getcpuclockid)
{
    pid_t hog = start_hog();
    clockid_t clock = 0;
    int64_t before;

    SHOW(clock_getcpuclockid(hog, &clock));
    HOLDS(clock == clock_of(hog, SCHED));
    before = ns_of(clock);
    while (ns_of(clock) < before + 20 * MS)
        nap_ms(1);
    end_hog(hog);
    SHOW(gettime(clock, &(struct timespec){0}));
    VALUE(clock_getcpuclockid(hog, &clock));
}

CASE(zombie)
{
    pid_t child = SPAWN(work_until(CLOCK_PROCESS_CPUTIME_ID, 30 * MS));
    siginfo_t info;

    MUST(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT));
    HOLDS(ns_of(clock_of(child, SCHED)) >= 30 * MS);
    HOLDS(ns_of(clock_of(child, SCHED)) < 10000 * MS);
    MUST(waitpid(child, NULL, 0));
}

static void *thread_clocks(void *out)
{
    *(pid_t *)out = (pid_t)syscall(SYS_gettid);
    return wait_for_ever(NULL);
}

CASE(threads)
{
    volatile pid_t tid = 0;
    pthread_t thread;
    clockid_t clock;
    pid_t hog;

    MUST(pthread_create(&thread, NULL, thread_clocks, (void *)&tid) == 0 ? 0 : -1);
    while (tid == 0)
        nap_ms(1);
    VALUE(pthread_getcpuclockid(thread, &clock));
    HOLDS(clock == clock_of_thread(tid, SCHED));
    HOLDS(ns_of(clock) < 10000 * MS);
    SHOW(gettime(clock_of(tid, SCHED), &(struct timespec){0}));
    SHOW(syscall(SYS_clock_getres, clock_of(tid, SCHED), NULL));
    hog = start_hog();
    SHOW(gettime(clock_of_thread(hog, SCHED), &(struct timespec){0}));
    end_hog(hog);
}

/* A thread's own number stands for its process, but only when the clock is read. */
static void *thread_asks(void *unused)
{
    pid_t tid = (pid_t)syscall(SYS_gettid);
    int id;

    SHOW(gettime(clock_of(tid, SCHED), &(struct timespec){0}));
    SHOW(syscall(SYS_clock_getres, clock_of(tid, SCHED), NULL));
    SHOW(syscall(SYS_timer_create, clock_of(tid, SCHED), NULL, &id));
    return unused;
}

CASE(number_of_a_thread)
{
    pthread_t thread;

    MUST(pthread_create(&thread, NULL, thread_asks, NULL) == 0 ? 0 : -1);
    pthread_join(thread, NULL);
}

CASE(no_such_clock)
{
    struct timespec now = {0, 1};
    int id;

    SHOW(gettime(clock_of(0x0fffffff, SCHED), &now));
    SHOW(gettime(clock_of_thread(0x0fffffff, SCHED), &now));
    SHOW(gettime(clock_of(0, DEVICE), &now));
    SHOW(gettime(clock_of_thread(0, DEVICE), &now));
    SHOW(gettime(clock_of(0, SCHED), (struct timespec *)8));
    SHOW(syscall(SYS_clock_getres, clock_of_thread(0, DEVICE), &now));
    SHOW(syscall(SYS_timer_create, clock_of(0x0fffffff, SCHED), NULL, &id));
    SHOW(syscall(SYS_timer_create, clock_of_thread(0, DEVICE), NULL, &id));
    SHOW(syscall(SYS_timer_create, clock_of(0, DEVICE), NULL, &id));
    now = (struct timespec){0, 1};
    SHOW(syscall(SYS_clock_nanosleep, clock_of(0x0fffffff, SCHED), 0, &now, NULL));
    SHOW(syscall(SYS_clock_nanosleep, clock_of(0, DEVICE), 0, &now, NULL));
    SHOW(syscall(SYS_clock_nanosleep, clock_of_thread(0, DEVICE), 0, &now, NULL));
    SHOW(syscall(SYS_clock_nanosleep, clock_of_thread(0, SCHED), 0, &now, NULL));
    SHOW(syscall(SYS_clock_nanosleep, clock_of_thread(getpid(), SCHED), 0, &now, NULL));
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_THREAD_CPUTIME_ID, 0, &now, NULL));
}

CASE(alarm_clocks_without_hardware)
{
    struct timespec time = {0, 1};
    int id;

    SHOW(gettime(CLOCK_REALTIME_ALARM, &time));
    SHOW(gettime(CLOCK_BOOTTIME_ALARM, &time));
    SHOW(syscall(SYS_clock_getres, CLOCK_REALTIME_ALARM, NULL));
    SHOW(syscall(SYS_timer_create, CLOCK_REALTIME_ALARM, NULL, &id));
    SHOW(syscall(SYS_timer_create, CLOCK_BOOTTIME_ALARM, NULL, &id));
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_REALTIME_ALARM, 0, &time, NULL));
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_BOOTTIME_ALARM, TIMER_ABSTIME, &time, NULL));
}

CASE(resolutions)
{
    struct timespec fine = {7, 7}, coarse = {7, 7};

    SHOW(syscall(SYS_clock_getres, clock_of(0, SCHED), &fine));
    say("%ld.%09ld", (long)fine.tv_sec, fine.tv_nsec);
    SHOW(syscall(SYS_clock_getres, clock_of(0, PROF), &coarse));
    HOLDS(coarse.tv_sec == 0 && coarse.tv_nsec >= MS);
    SHOW(syscall(SYS_clock_getres, clock_of_thread(0, VIRT), &coarse));
    HOLDS(coarse.tv_sec == 0 && coarse.tv_nsec >= MS);
    SHOW(syscall(SYS_clock_getres, CLOCK_PROCESS_CPUTIME_ID, &fine));
    say("%ld.%09ld", (long)fine.tv_sec, fine.tv_nsec);
}

/* Asleep, a process's clock stands; another thread must let it go on. */
CASE(sleep_by_own_clock)
{
    const struct timespec request = {0, 30 * MS};
    int64_t start = ns_of(CLOCK_PROCESS_CPUTIME_ID), point = start + 80 * MS;
    struct timespec until = {point / 1000000000, point % 1000000000};
    pthread_t thread;

    MUST(pthread_create(&thread, NULL, work_for_ever, NULL) == 0 ? 0 : -1);
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, &request, NULL));
    HOLDS(ns_of(CLOCK_PROCESS_CPUTIME_ID) >= start + 30 * MS);
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME, &until, NULL));
    HOLDS(ns_of(CLOCK_PROCESS_CPUTIME_ID) >= point);
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME, &until, NULL));
}

CASE(sleep_by_anothers_clock)
{
    const struct timespec request = {0, 30 * MS};
    pid_t hog = start_hog();
    int64_t start = ns_of(clock_of(hog, SCHED));

    SHOW(syscall(SYS_clock_nanosleep, clock_of(hog, SCHED), 0, &request, NULL));
    HOLDS(ns_of(clock_of(hog, SCHED)) >= start + 30 * MS);
    end_hog(hog);
}

CASE(sleep_interrupted)
{
    struct timespec request = {1000, 0}, left = {7, 7};
    pid_t pest;

    signal(SIGUSR1, only_interrupt);
    pest = pester(SIGUSR1);
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, &request, &left));
    HOLDS(left.tv_sec >= 900 && left.tv_sec <= 1000);
    left = (struct timespec){7, 7};
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, TIMER_ABSTIME, &request, &left));
    say("left untouched: %ld %ld", (long)left.tv_sec, left.tv_nsec);
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_PROCESS_CPUTIME_ID, 0, &request, 8));
    end_pester(pest);
}

/* Stopped and continued, a sleep goes on to the point that was meant. */
CASE(sleep_goes_on)
{
    volatile bool *stopped =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t hog = start_hog(), sleeper;
    int64_t start = ns_of(clock_of(hog, SCHED));
    int status;

    sleeper = SPAWN({
        const struct timespec request = {0, 60 * MS};
        long result;

        do
            result = syscall(SYS_clock_nanosleep, clock_of(hog, SCHED), 0, &request, NULL);
        while (result == 0 && !*stopped);
        _exit((int)result);
    });
    await_sleep(sleeper);
    MUST(kill(sleeper, SIGSTOP));
    MUST(waitpid(sleeper, &status, WUNTRACED));
    *stopped = true;
    MUST(kill(sleeper, SIGCONT));
    show_end("sleeper", sleeper);
    HOLDS(ns_of(clock_of(hog, SCHED)) >= start + 60 * MS);
    end_hog(hog);
}

static volatile sig_atomic_t fired, overruns;

static void on_timer(int signo, siginfo_t *info, void *context)
{
    (void)signo;
    (void)context;
    fired++;
    overruns += info->si_overrun;
}

static int make_timer(clockid_t clock, int64_t first_ns, long interval_ns, int flags)
{
    struct itimerspec spec = {{0, interval_ns}, {first_ns / 1000000000, first_ns % 1000000000}};
    struct sigaction action = {.sa_sigaction = on_timer, .sa_flags = SA_SIGINFO | SA_RESTART};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    int id;

    MUST(sigaction(SIGUSR1, &action, NULL));
    MUST(syscall(SYS_timer_create, clock, &event, &id));
    MUST(syscall(SYS_timer_settime, id, flags, &spec, NULL));
    return id;
}

static void fire_once(clockid_t clock)
{
    int id;

    fired = 0;
    id = make_timer(clock, 10 * MS, 0, 0);
    while (fired == 0)
        continue;
    SHOW(syscall(SYS_timer_delete, id));
}

CASE(timers_of_own_clocks)
{
    for (int kind = PROF; kind <= SCHED; kind++) {
        fire_once(clock_of(getpid(), kind));
        fire_once(clock_of_thread(0, kind));
    }
}

CASE(timer_of_anothers_clock)
{
    pid_t hog = start_hog();
    int64_t start = ns_of(clock_of(hog, SCHED));
    struct itimerspec left;
    int id = make_timer(clock_of(hog, SCHED), 20 * MS, 20 * MS, 0);

    while (fired < 3)
        nap_ms(1);
    HOLDS(ns_of(clock_of(hog, SCHED)) >= start + 60 * MS);
    MUST(syscall(SYS_timer_gettime, id, &left));
    HOLDS(left.it_interval.tv_nsec == 20 * MS);
    HOLDS(left.it_value.tv_sec == 0 && left.it_value.tv_nsec <= 20 * MS);
    end_hog(hog);
    SHOW(syscall(SYS_timer_delete, id));
}

/* A point that has passed long ago counts its periods from there. */
CASE(timer_from_the_past)
{
    int64_t start = ns_of(CLOCK_MONOTONIC) - 200 * MS;
    int id = make_timer(CLOCK_MONOTONIC, start, 20 * MS, TIMER_ABSTIME);

    while (fired == 0)
        nap_ms(1);
    HOLDS(overruns >= 9);
    MUST(syscall(SYS_timer_delete, id));
    fired = overruns = 0;
    start = ns_of(CLOCK_REALTIME) - 200 * MS;
    id = make_timer(CLOCK_REALTIME, start, 20 * MS, TIMER_ABSTIME);
    while (fired == 0)
        nap_ms(1);
    HOLDS(overruns >= 9);
}

/* A timer keeps the clock that it was made with when its process ends first. */
CASE(timer_outlives_its_clock)
{
    pid_t hog = start_hog();
    int id = make_timer(clock_of(hog, SCHED), 1000000 * MS, 0, 0);

    end_hog(hog);
    nap_ms(30);
    VALUE(fired);
    SHOW(syscall(SYS_timer_delete, id));
}

CASE(adjtimex_reads)
{
    struct timex timex = {.modes = 0};
    struct timespec before, after;

    MUST(clock_gettime(CLOCK_REALTIME, &before));
    HOLDS(syscall(SYS_adjtimex, &timex) >= 0);
    MUST(clock_gettime(CLOCK_REALTIME, &after));
    HOLDS(timex.time.tv_sec >= before.tv_sec && timex.time.tv_sec <= after.tv_sec);
    VALUE(timex.tick);
    VALUE(timex.precision);
    VALUE(timex.tolerance);
    timex = (struct timex){.modes = ADJ_OFFSET_SS_READ};
    HOLDS(syscall(SYS_clock_adjtime, CLOCK_REALTIME, &timex) >= 0);
    VALUE(timex.modes);
    timex.modes = 0;
    SHOW(syscall(SYS_clock_adjtime, CLOCK_MONOTONIC, &timex));
    SHOW(syscall(SYS_clock_adjtime, CLOCK_REALTIME_ALARM, &timex));
    SHOW(syscall(SYS_clock_adjtime, CLOCK_PROCESS_CPUTIME_ID, &timex));
    SHOW(syscall(SYS_clock_adjtime, clock_of(0, DEVICE), &timex));
    SHOW(syscall(SYS_clock_adjtime, 99, &timex));
    SHOW(syscall(SYS_clock_adjtime, 99, 8));
    SHOW(syscall(SYS_adjtimex, 8));
}
