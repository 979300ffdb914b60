/*
 * Time: clock_gettime(2), clock_getres(2), nanosleep(2), clock_nanosleep(2), gettimeofday(2),
 * time(2).
 */
#include "tests/abi/abi.h"

#include <sys/time.h>

static int64_t now_ns(clockid_t clock)
{
    struct timespec now;

    MUST(syscall(SYS_clock_gettime, clock, &now));
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

CASE(clocks)
{
    struct timespec now;

    for (int clock = -1; clock <= 12; clock++) {
        int result = (int)syscall(SYS_clock_gettime, clock, &now);

        if (clock == 10)
            continue;
        say("clock %d: %s, sane: %d", clock, result < 0 ? errno_name(errno) : "ok",
            result < 0 || (now.tv_nsec >= 0 && now.tv_nsec < 1000000000));
    }
    SHOW(syscall(SYS_clock_gettime, CLOCK_MONOTONIC, 8));
}

CASE(monotonic)
{
    int64_t last = now_ns(CLOCK_MONOTONIC), now;
    int backwards = 0, moved = 0;

    for (int i = 0; i < 20000; i++) {
        now = now_ns(CLOCK_MONOTONIC);
        backwards += now < last;
        moved += now > last;
        last = now;
    }
    VALUE(backwards);
    HOLDS(moved > 100);
}

CASE(clocks_agree)
{
    struct timeval tv;
    int64_t real, coarse;

    MUST(syscall(SYS_gettimeofday, &tv, NULL));
    real = now_ns(CLOCK_REALTIME);
    HOLDS(real - (tv.tv_sec * 1000000000LL + tv.tv_usec * 1000) >= 0);
    HOLDS(real - (tv.tv_sec * 1000000000LL + tv.tv_usec * 1000) < 10000000000LL);
    HOLDS(syscall(SYS_time, NULL) - tv.tv_sec <= 10);
    coarse = now_ns(CLOCK_REALTIME_COARSE);
    HOLDS(now_ns(CLOCK_REALTIME) - coarse >= 0);
    HOLDS(now_ns(CLOCK_BOOTTIME) >= now_ns(CLOCK_MONOTONIC) - 1000000000);
    HOLDS(tv.tv_sec > 1577836800); /* 2020 */
}

CASE(cpu_time)
{
    int64_t process = now_ns(CLOCK_PROCESS_CPUTIME_ID);
    int64_t thread = now_ns(CLOCK_THREAD_CPUTIME_ID);
    volatile uint64_t sum = 0;

    do
        sum = sum + 1;
    while (now_ns(CLOCK_PROCESS_CPUTIME_ID) - process < 2000000);
    HOLDS(now_ns(CLOCK_THREAD_CPUTIME_ID) > thread);
    HOLDS(sum > 0);
}

CASE(clock_getres_forms)
{
    struct timespec resolution;

    SHOW(syscall(SYS_clock_getres, CLOCK_MONOTONIC, &resolution));
    say("%ld.%09ld", (long)resolution.tv_sec, resolution.tv_nsec);
    SHOW(syscall(SYS_clock_getres, CLOCK_REALTIME, &resolution));
    say("%ld.%09ld", (long)resolution.tv_sec, resolution.tv_nsec);
    SHOW(syscall(SYS_clock_getres, CLOCK_REALTIME, NULL));
    SHOW(syscall(SYS_clock_getres, 99, &resolution));
    SHOW(syscall(SYS_clock_getres, CLOCK_REALTIME, 8));
}

CASE(time_forms)
{
    time_t now = 0;

    HOLDS(syscall(SYS_time, &now) == now);
    SHOW(syscall(SYS_time, 8));
    SHOW(syscall(SYS_gettimeofday, NULL, NULL));
    SHOW(syscall(SYS_gettimeofday, 8, NULL));
    SHOW(syscall(SYS_gettimeofday, NULL, 8));
}

CASE(nanosleep_sleeps)
{
    const struct timespec request = {0, 30000000};
    int64_t start = now_ns(CLOCK_MONOTONIC);

    SHOW(nanosleep(&request, NULL));
    HOLDS(now_ns(CLOCK_MONOTONIC) - start >= 30000000);
}

CASE(nanosleep_forms)
{
    struct timespec request = {0, 0}, left = {7, 7};

    SHOW(syscall(SYS_nanosleep, &request, &left));
    say("left untouched: %ld %ld", (long)left.tv_sec, left.tv_nsec);
    request.tv_nsec = 1;
    SHOW(syscall(SYS_nanosleep, &request, NULL));
    request.tv_nsec = 1000000000;
    SHOW(syscall(SYS_nanosleep, &request, NULL));
    request.tv_nsec = -1;
    SHOW(syscall(SYS_nanosleep, &request, NULL));
    request = (struct timespec){-1, 0};
    SHOW(syscall(SYS_nanosleep, &request, NULL));
    SHOW(syscall(SYS_nanosleep, 8, NULL));
    SHOW(syscall(SYS_nanosleep, NULL, NULL));
}

CASE(nanosleep_interrupted)
{
    struct timespec request = {INT64_MAX, 999999999}, left;
    pid_t pest;

    signal(SIGUSR1, only_interrupt);
    pest = pester(SIGUSR1);
    SHOW(syscall(SYS_nanosleep, &request, NULL));
    request.tv_sec = 1000;
    SHOW(syscall(SYS_nanosleep, &request, &left));
    HOLDS(left.tv_sec >= 900 && left.tv_sec <= 1000);
    SHOW(syscall(SYS_nanosleep, &request, 8));
    end_pester(pest);
}

CASE(clock_nanosleep_absolute)
{
    struct timespec until;
    int64_t goal = now_ns(CLOCK_MONOTONIC) + 30000000;

    until = (struct timespec){goal / 1000000000, goal % 1000000000};
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL));
    HOLDS(now_ns(CLOCK_MONOTONIC) >= goal);
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL));
    goal = now_ns(CLOCK_REALTIME) + 20000000;
    until = (struct timespec){goal / 1000000000, goal % 1000000000};
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, &until, NULL));
    HOLDS(now_ns(CLOCK_REALTIME) >= goal);
}

CASE(clock_nanosleep_forms)
{
    struct timespec request = {0, 1000};

    SHOW(syscall(SYS_clock_nanosleep, CLOCK_REALTIME, 0, &request, NULL));
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_BOOTTIME, 0, &request, NULL));
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_THREAD_CPUTIME_ID, 0, &request, NULL));
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC_COARSE, 0, &request, NULL));
    SHOW(syscall(SYS_clock_nanosleep, 99, 0, &request, NULL));
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_REALTIME, 0, 8, NULL));
    request.tv_nsec = 1000000000;
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_REALTIME, 0, &request, NULL));
}

CASE(clock_nanosleep_interrupted)
{
    struct timespec request = {1000, 0}, left = {7, 7};
    int64_t goal = now_ns(CLOCK_MONOTONIC) + 1000000000000LL;
    pid_t pest;

    signal(SIGUSR1, only_interrupt);
    pest = pester(SIGUSR1);
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, 0, &request, &left));
    HOLDS(left.tv_sec >= 900 && left.tv_sec <= 1000);
    request = (struct timespec){goal / 1000000000, 0};
    left = (struct timespec){7, 7};
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &request, &left));
    say("left untouched: %ld %ld", (long)left.tv_sec, left.tv_nsec);
    end_pester(pest);
}

/* Sleeps until its time and says so. Exits 1 if that took until the next one's time. */
static void sleep_and_tell(int number, int64_t start, int out)
{
    int64_t until = start + number * 100000000LL;
    const struct timespec time = {until / 1000000000, until % 1000000000};

    MUST(syscall(SYS_clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL));
    MUST(write(out, &(char){(char)('0' + number)}, 1));
    _exit(now_ns(CLOCK_MONOTONIC) >= until + 100000000);
}

/* If one of them was late, because the machine stood still, the order says nothing: once more. */
CASE(sleepers_wake_in_order)
{
    char text[4] = "";
    int late = 1, ends[2], status;

    MUST(pipe(ends));
    for (int tries = 0; late > 0 && tries < 100; tries++) {
        int64_t start = now_ns(CLOCK_MONOTONIC);

        late = 0;
        for (int i = 3; i >= 1; i--)
            SPAWN(sleep_and_tell(i, start, ends[1]));
        while (waitpid(-1, &status, 0) > 0)
            late += status != 0;
        MUST(read(ends[0], text, 3));
    }
    say("order: %s", text);
}
