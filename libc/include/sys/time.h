/* Times in microseconds. */
#ifndef LIMEN_LIBC_SYS_TIME_H
#define LIMEN_LIBC_SYS_TIME_H

#include <sys/select.h>
#include <sys/types.h>

#include "kernel/abi/time.h"

int getitimer(int which, struct itimerval *value);
int setitimer(int which, const struct itimerval *restrict value, struct itimerval *restrict old);
int gettimeofday(struct timeval *restrict tv, void *restrict tz);
int utimes(const char *path, const struct timeval times[2]);

#define timerisset(tv) ((tv)->tv_sec || (tv)->tv_usec)
#define timerclear(tv) ((tv)->tv_sec = (tv)->tv_usec = 0)
#define timercmp(a, b, compare) \
    ((a)->tv_sec == (b)->tv_sec ? (a)->tv_usec compare(b)->tv_usec : (a)->tv_sec compare(b)->tv_sec)

#endif
