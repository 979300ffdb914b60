/*
 * The decoders of times, and of what waits for them.
 */
#include <time.h>

#include "kernel/abi/stat.h"
#include "kernel/abi/time.h"
#include "user/strace/strace.h"

/* A moment as a date between BEFORE and BEHIND, with DIGITS of FRACTION behind the second. */
static void date_print(const char *before, long seconds, long fraction, int digits,
                       const char *behind)
{
    time_t moment = seconds;
    struct tm *parts = localtime(&moment);
    char text[32];

    if (!parts || !strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", parts))
        return;
    print("%s%s", before, text);
    if (fraction)
        print(".%0*ld", digits, fraction);
    strftime(text, sizeof(text), "%z", parts);
    print("%s%s", text, behind);
}

/* Seconds, and the date that they are, with the nanoseconds that belong to it. */
void print_dated(long seconds, long ns)
{
    print("%ld", seconds);
    date_print(" /* ", seconds, ns, 9, " */");
}

static void moment_print(const struct timespec *moment, const char *unit, int digits)
{
    long limit = digits == 9 ? 1000000000 : 1000000;

    print("{tv_sec=%ld, %s=%ld}", (long)moment->tv_sec, unit, (long)moment->tv_nsec);
    if (moment->tv_nsec >= 0 && moment->tv_nsec < limit)
        date_print(" /* ", moment->tv_sec, moment->tv_nsec, digits, " */");
}

/* A time of statx(2). */
DECODER(dated)
{
    struct statx_timestamp time;
    struct timespec moment;

    (void)data;
    if (!memory_read(value->tracee, value->number, &time, sizeof(time))) {
        print_address(value->number);
        return;
    }
    moment = (struct timespec){time.tv_sec, time.tv_nsec};
    moment_print(&moment, "tv_nsec", 9);
}

/* The two times of a file. */
static void pair_print(const struct value *value, const char *unit, int digits)
{
    struct timespec times[2];

    if (!value->number || !memory_read(value->tracee, value->number, times, sizeof(times))) {
        print_address(value->number);
        return;
    }
    print("[");
    for (int i = 0; i < 2; i++) {
        print("%s", i ? ", " : "");
        if (digits == 9 && times[i].tv_nsec == UTIME_NOW)
            print("UTIME_NOW");
        else if (digits == 9 && times[i].tv_nsec == UTIME_OMIT)
            print("UTIME_OMIT");
        else
            moment_print(&times[i], unit, digits);
    }
    print("]");
}

DECODER(time_pair)
{
    (void)data;
    pair_print(value, "tv_nsec", 9);
}

DECODER(timeval_pair)
{
    (void)data;
    pair_print(value, "tv_usec", 6);
}

/* A time in seconds, as utime's. */
DECODER(stamp)
{
    (void)data;
    print_dated((long)value->number, 0);
}

DECODER(ticks)
{
    (void)data;
    print_ticks((long)value->number);
}

DECODER(time_result)
{
    (void)data;
    print("%ld", (long)value->number);
    date_print(" (", (long)value->number, 0, 0, ")");
}

/* restart_syscall takes no arguments; what it goes on with is more telling. */
DECODER(broken_call)
{
    const struct call *broken = value->tracee->broken;

    (void)data;
    print("<... resuming interrupted %s ...>", broken ? broken->name : "system call");
}

/* What is left of a sleep is written only if a signal ended it. */
DECODER(remaining)
{
    struct value copy = *value;

    (void)data;
    copy.index = -1;
    if (value->tracee->failed && value->tracee->result == -ERESTART_RESTARTBLOCK)
        print_layout(&copy, layout_named("timespec"));
    else
        print_address(value->number);
}
