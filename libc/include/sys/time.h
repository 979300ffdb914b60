/* Times in microseconds. */
#ifndef LIMEN_LIBC_SYS_TIME_H
#define LIMEN_LIBC_SYS_TIME_H

#include <sys/select.h>
#include <sys/types.h>

#include "kernel/abi/time.h"

int getitimer(int which, struct itimerval *value);
int setitimer(int which, const struct itimerval *restrict value, struct itimerval *restrict old);
int gettimeofday(struct timeval *restrict tv, void *restrict tz);
int settimeofday(const struct timeval *tv, const struct timezone *tz);
int utimes(const char *path, const struct timeval times[2]);

#define timeradd(a, b, sum)                           \
    do {                                              \
        (sum)->tv_sec = (a)->tv_sec + (b)->tv_sec;    \
        (sum)->tv_usec = (a)->tv_usec + (b)->tv_usec; \
        if ((sum)->tv_usec >= 1000000) {              \
            (sum)->tv_sec++;                          \
            (sum)->tv_usec -= 1000000;                \
        }                                             \
    } while (0)
#define timersub(a, b, rest)                           \
    do {                                               \
        (rest)->tv_sec = (a)->tv_sec - (b)->tv_sec;    \
        (rest)->tv_usec = (a)->tv_usec - (b)->tv_usec; \
        if ((rest)->tv_usec < 0) {                     \
            (rest)->tv_sec--;                          \
            (rest)->tv_usec += 1000000;                \
        }                                              \
    } while (0)
#define timerisset(tv) ((tv)->tv_sec || (tv)->tv_usec)
#define timerclear(tv) ((tv)->tv_sec = (tv)->tv_usec = 0)
#define timercmp(a, b, compare) \
    ((a)->tv_sec == (b)->tv_sec ? (a)->tv_usec compare(b)->tv_usec : (a)->tv_sec compare(b)->tv_sec)

#endif
