/*
 * Setting the real clock: clock_settime(2), settimeofday(2), adjtimex(2), and what follows it.
 *
 * Only for machines that nobody else needs: on Limen. What is expected is what the manual says.
 */
#include "kernel/abi/futex.h"
#include "tests/abi/abi.h"

#include <poll.h>
#include <pthread.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/timex.h>

#define HOUR 3600
#define START 2000000000 /* 2033: where the clock is set to */

static void only_in_limen(void)
{
    char version[200];

    read_text("/proc/version", version, sizeof(version));
    if (strstr(version, "limen") == NULL) {
        say("this is not Limen: its clock is left alone");
        _exit(93);
    }
}

static void set(time_t seconds)
{
    const struct timespec time = {seconds, 0};

    only_in_limen();
    MUST(syscall(SYS_clock_settime, CLOCK_REALTIME, &time));
}

static bool shows(time_t seconds)
{
    time_t now = time(NULL);

    return now >= seconds && now < seconds + 100;
}

CASE(set_and_read)
{
    struct timespec mono[2], real;
    struct timeval now;

    MUST(clock_gettime(CLOCK_MONOTONIC, &mono[0]));
    set(START);
    MUST(clock_gettime(CLOCK_MONOTONIC, &mono[1]));
    HOLDS(mono[1].tv_sec - mono[0].tv_sec < 100);
    HOLDS(shows(START));
    MUST(syscall(SYS_clock_gettime, CLOCK_REALTIME, &real));
    HOLDS(real.tv_sec >= START && real.tv_sec < START + 100);
    MUST(gettimeofday(&now, NULL));
    HOLDS(now.tv_sec >= START && now.tv_sec < START + 100);
    MUST(clock_gettime(CLOCK_TAI, &real));
    HOLDS(real.tv_sec >= START && real.tv_sec < START + 100);
    set(START - HOUR);
    HOLDS(shows(START - HOUR));
}

CASE(settimeofday_forms)
{
    struct timeval time = {START, 999999};
    struct timezone zone = {-60, 3}, old = {7, 7};

    /* The first zone ever set moves the clock, if it comes without a time. */
    set(START);
    zone.tz_minuteswest = 60;
    SHOW(syscall(SYS_settimeofday, NULL, &zone));
    HOLDS(shows(START + HOUR));
    zone.tz_minuteswest = -60;
    SHOW(syscall(SYS_settimeofday, &time, &zone));
    HOLDS(shows(START));
    SHOW(syscall(SYS_gettimeofday, NULL, &old));
    VALUE(old.tz_minuteswest);
    VALUE(old.tz_dsttime);
    zone.tz_minuteswest = 15 * 60 + 1;
    SHOW(syscall(SYS_settimeofday, NULL, &zone));
    zone.tz_minuteswest = -15 * 60 - 1;
    SHOW(syscall(SYS_settimeofday, NULL, &zone));
    zone.tz_minuteswest = 600;
    SHOW(syscall(SYS_settimeofday, NULL, &zone));
    HOLDS(shows(START));
    SHOW(syscall(SYS_settimeofday, NULL, NULL));
    time.tv_usec = -1;
    SHOW(syscall(SYS_settimeofday, &time, NULL));
    SHOW(syscall(SYS_settimeofday, 8, NULL));
    SHOW(syscall(SYS_settimeofday, NULL, 8));
    zone = (struct timezone){0, 0};
    MUST(syscall(SYS_settimeofday, NULL, &zone));
}

CASE(settime_errors)
{
    struct timespec time = {-1, 0};

    only_in_limen();
    SHOW(syscall(SYS_clock_settime, CLOCK_REALTIME, &time));
    time = (struct timespec){START, 1000000000};
    SHOW(syscall(SYS_clock_settime, CLOCK_REALTIME, &time));
    time = (struct timespec){0, 1}; /* before the machine started */
    SHOW(syscall(SYS_clock_settime, CLOCK_REALTIME, &time));
    time = (struct timespec){INT64_MAX, 0};
    SHOW(syscall(SYS_clock_settime, CLOCK_REALTIME, &time));
    SHOW(syscall(SYS_clock_settime, CLOCK_REALTIME, 8));
    time = (struct timespec){START, 0};
    SHOW(syscall(SYS_clock_settime, CLOCK_MONOTONIC, &time));
    SHOW(syscall(SYS_clock_settime, CLOCK_TAI, &time));
    SHOW(syscall(SYS_clock_settime, CLOCK_PROCESS_CPUTIME_ID, &time));
    SHOW(syscall(SYS_clock_settime, (clockid_t)0x80000002, &time));
    SHOW(syscall(SYS_clock_settime, 99, &time));
}

CASE(without_privilege)
{
    struct timespec time = {START, 0};
    struct timeval tv = {START, 0};
    struct timex timex = {.modes = ADJ_SETOFFSET, .time = {HOUR, 0}};

    only_in_limen();
    MUST(setuid(1234));
    SHOW(syscall(SYS_clock_settime, CLOCK_REALTIME, &time));
    SHOW(syscall(SYS_settimeofday, &tv, NULL));
    SHOW(syscall(SYS_adjtimex, &timex));
    timex.modes = 0;
    HOLDS(syscall(SYS_adjtimex, &timex) >= 0);
}

CASE(adjtimex_steps)
{
    struct timex timex = {.modes = ADJ_SETOFFSET, .time = {HOUR, 0}};

    set(START);
    VALUE(syscall(SYS_adjtimex, &timex));
    HOLDS(shows(START + HOUR));
    HOLDS(timex.time.tv_sec >= START + HOUR);
    timex = (struct timex){.modes = ADJ_SETOFFSET | ADJ_NANO, .time = {-HOUR - 1, 999999999}};
    VALUE(syscall(SYS_clock_adjtime, CLOCK_REALTIME, &timex));
    HOLDS(shows(START));
    HOLDS((timex.status & STA_NANO) != 0);
    timex = (struct timex){.modes = ADJ_MICRO};
    VALUE(syscall(SYS_adjtimex, &timex));
    HOLDS((timex.status & STA_NANO) == 0);
    HOLDS((timex.status & STA_UNSYNC) != 0);
    timex = (struct timex){.modes = ADJ_SETOFFSET, .time = {0, 1000000}};
    SHOW(syscall(SYS_adjtimex, &timex));
    timex = (struct timex){.modes = ADJ_SETOFFSET, .time = {0, -1}};
    SHOW(syscall(SYS_adjtimex, &timex));
    timex = (struct timex){.modes = ADJ_SETOFFSET, .time = {-START - HOUR, 0}};
    SHOW(syscall(SYS_adjtimex, &timex));
    timex = (struct timex){.modes = ADJ_SETOFFSET, .time = {INT64_MIN, 0}};
    SHOW(syscall(SYS_adjtimex, &timex));
    HOLDS(shows(START));
}

/* Linux would steer; Limen says that it can't. */
CASE(adjtimex_steers)
{
    struct timex timex = {.modes = ADJ_FREQUENCY, .freq = 65536};

    only_in_limen();
    SHOW(syscall(SYS_adjtimex, &timex));
    timex = (struct timex){.modes = ADJ_OFFSET_SINGLESHOT, .offset = 1000};
    SHOW(syscall(SYS_adjtimex, &timex));
}

static const struct timespec in_an_hour = {START + HOUR, 0};

/* Each waits for a point an hour away, and is there when the clock is. */
CASE(absolute_sleep_follows)
{
    pid_t sleeper;

    set(START);
    sleeper =
        SPAWN(SHOW(syscall(SYS_clock_nanosleep, CLOCK_REALTIME, TIMER_ABSTIME, &in_an_hour, NULL)));
    nap_ms(50);
    set(START + HOUR);
    show_end("sleeper", sleeper);
}

CASE(absolute_timer_follows)
{
    struct itimerspec spec = {{0, 0}, in_an_hour}, left;
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    sigset_t set_of;
    int id, signo;

    sigemptyset(&set_of);
    sigaddset(&set_of, SIGUSR1);
    MUST(sigprocmask(SIG_BLOCK, &set_of, NULL));
    set(START);
    MUST(syscall(SYS_timer_create, CLOCK_REALTIME, &event, &id));
    MUST(syscall(SYS_timer_settime, id, TIMER_ABSTIME, &spec, NULL));
    set(START - HOUR);
    MUST(syscall(SYS_timer_gettime, id, &left));
    HOLDS(left.it_value.tv_sec > HOUR && left.it_value.tv_sec <= 2 * HOUR);
    set(START + HOUR);
    VALUE(sigwait(&set_of, &signo));
    HOLDS(signo == SIGUSR1);
}

/* A timerfd's point as well, and who reads it with TFD_TIMER_CANCEL_ON_SET is told. */
CASE(timerfd_follows)
{
    struct itimerspec spec = {{0, 0}, in_an_hour}, left;
    int fd = (int)MUST(timerfd_create(CLOCK_REALTIME, 0));
    uint64_t ticks = 0;

    set(START);
    MUST(timerfd_settime(fd, TFD_TIMER_ABSTIME, &spec, NULL));
    set(START - HOUR);
    MUST(timerfd_gettime(fd, &left));
    HOLDS(left.it_value.tv_sec > HOUR && left.it_value.tv_sec <= 2 * HOUR);
    set(START + HOUR);
    SHOW(read(fd, &ticks, sizeof(ticks)));
    HOLDS(ticks == 1);
}

CASE(timerfd_is_cancelled)
{
    struct itimerspec spec = {{0, 0}, in_an_hour}, none = {0};
    const int flags = TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET;
    int fd = (int)MUST(timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK));
    struct pollfd polled = {.fd = fd, .events = POLLIN};
    uint64_t ticks;

    set(START);
    MUST(timerfd_settime(fd, flags, &spec, NULL));
    SHOW(read(fd, &ticks, sizeof(ticks)));
    set(START + 1);
    SHOW(poll(&polled, 1, 0));
    SHOW(read(fd, &ticks, sizeof(ticks)));
    SHOW(read(fd, &ticks, sizeof(ticks)));
    set(START);
    SHOW(timerfd_settime(fd, flags, &spec, NULL));
    SHOW(timerfd_settime(fd, flags, &spec, NULL));
    MUST(timerfd_settime(fd, flags, &none, NULL));
    set(START + 1);
    SHOW(read(fd, &ticks, sizeof(ticks)));
    MUST(timerfd_settime(fd, TFD_TIMER_ABSTIME, &spec, NULL));
    set(START);
    SHOW(read(fd, &ticks, sizeof(ticks)));
    MUST(timerfd_settime(fd, TFD_TIMER_CANCEL_ON_SET, &spec, NULL));
    set(START + 1);
    SHOW(read(fd, &ticks, sizeof(ticks)));
}

/* Who waits in read(2) hears it at once. */
CASE(timerfd_reader_is_told)
{
    struct itimerspec spec = {{0, 0}, in_an_hour};
    int fd = (int)MUST(timerfd_create(CLOCK_REALTIME, 0));
    uint64_t ticks;
    pid_t reader;

    set(START);
    MUST(timerfd_settime(fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &spec, NULL));
    reader = SPAWN(SHOW(read(fd, &ticks, sizeof(ticks))));
    nap_ms(50);
    set(START + 1);
    show_end("reader", reader);
}

static void *futex_waits(void *unused)
{
    static unsigned word;

    SHOW(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 0, &in_an_hour, NULL,
                 FUTEX_BITSET_MATCH_ANY));
    return unused;
}

CASE(futex_follows)
{
    pthread_t thread;

    set(START);
    MUST(pthread_create(&thread, NULL, futex_waits, NULL) == 0 ? 0 : -1);
    nap_ms(50);
    set(START + HOUR);
    pthread_join(thread, NULL);
}

/* What was asked for as a time from now stays that time. */
CASE(relative_waits_stay)
{
    struct timespec request = {HOUR, 0}, left;
    struct itimerspec spec = {{0, 0}, {HOUR, 0}}, now;
    struct sigevent event = {.sigev_notify = SIGEV_NONE};
    pid_t parent = getpid(), child;
    int id;

    signal(SIGUSR1, only_interrupt);
    set(START);
    MUST(syscall(SYS_timer_create, CLOCK_REALTIME, &event, &id));
    MUST(syscall(SYS_timer_settime, id, 0, &spec, NULL));
    child = SPAWN({
        nap_ms(50);
        set(START + 2 * HOUR);
        nap_ms(50);
        for (;;) {
            kill(parent, SIGUSR1);
            nap_ms(10);
        }
    });
    SHOW(syscall(SYS_clock_nanosleep, CLOCK_REALTIME, 0, &request, &left));
    HOLDS(left.tv_sec > HOUR - 100);
    end_pester(child);
    HOLDS(shows(START + 2 * HOUR));
    MUST(syscall(SYS_timer_gettime, id, &now));
    HOLDS(now.it_value.tv_sec > HOUR - 100);
}

static volatile bool done;

static void *read_clock(void *wrong)
{
    while (!done) {
        struct timespec now;

        clock_gettime(CLOCK_REALTIME, &now);
        if (now.tv_nsec < 0 || now.tv_nsec >= 1000000000 ||
            !((now.tv_sec >= START && now.tv_sec < START + 100) ||
              (now.tv_sec >= START + HOUR && now.tv_sec < START + HOUR + 100)))
            ++*(unsigned *)wrong;
    }
    return NULL;
}

/* Who reads the clock while it is set sees it as it was or as it is. */
CASE(never_torn)
{
    pthread_t threads[3];
    unsigned wrong[3] = {0};

    set(START);
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
        MUST(pthread_create(&threads[i], NULL, read_clock, &wrong[i]) == 0 ? 0 : -1);
    for (int i = 0; i < 50; i++)
        set(START + i % 2 * HOUR);
    done = true;
    for (size_t i = 0; i < ARRAY_SIZE(threads); i++)
        pthread_join(threads[i], NULL);
    VALUE(wrong[0] + wrong[1] + wrong[2]);
}
