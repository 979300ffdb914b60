/*
 * Times and clocks.
 *
 * See `man 2 clock_gettime`, `man 2 nanosleep`, `man 2 utimensat`, `man 2 times`.
 */
#ifndef LIMEN_ABI_TIME_H
#define LIMEN_ABI_TIME_H

struct timespec {
    long tv_sec;
    long tv_nsec;
};

struct timeval {
    long tv_sec;
    long tv_usec;
};

/* utime's. */
struct utimbuf {
    long actime;
    long modtime;
};

struct timezone {
    int tz_minuteswest;
    int tz_dsttime;
};

struct itimerspec {
    struct timespec it_interval;
    struct timespec it_value;
};

struct itimerval {
    struct timeval it_interval;
    struct timeval it_value;
};

struct tms {
    long tms_utime;
    long tms_stime;
    long tms_cutime;
    long tms_cstime;
};

_Static_assert(sizeof(struct timespec) == 16, "struct timespec");
_Static_assert(sizeof(struct timeval) == 16, "struct timeval");
_Static_assert(sizeof(struct timezone) == 8, "struct timezone");
_Static_assert(sizeof(struct itimerspec) == 32, "struct itimerspec");
_Static_assert(sizeof(struct itimerval) == 32, "struct itimerval");
_Static_assert(sizeof(struct tms) == 32, "struct tms");

#define CLOCK_REALTIME 0
#define CLOCK_MONOTONIC 1
#define CLOCK_PROCESS_CPUTIME_ID 2
#define CLOCK_THREAD_CPUTIME_ID 3
#define CLOCK_MONOTONIC_RAW 4
#define CLOCK_REALTIME_COARSE 5
#define CLOCK_MONOTONIC_COARSE 6
#define CLOCK_BOOTTIME 7
#define CLOCK_REALTIME_ALARM 8
#define CLOCK_BOOTTIME_ALARM 9
#define CLOCK_TAI 11

#define TIMER_ABSTIME 1

#define ITIMER_REAL 0
#define ITIMER_VIRTUAL 1
#define ITIMER_PROF 2

/* In tv_nsec, for utimensat. */
#define UTIME_NOW 0x3fffffff
#define UTIME_OMIT 0x3ffffffe

/* Ticks a second in times() and AT_CLKTCK. */
#define USER_HZ 100

#endif
