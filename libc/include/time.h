/* Times, clocks and calendars. */
#ifndef LIMEN_LIBC_TIME_H
#define LIMEN_LIBC_TIME_H

#include <stddef.h>
#include <sys/types.h>

#include "kernel/abi/time.h"

struct sigevent;

#define CLOCKS_PER_SEC 1000000L
#define TIME_UTC 1

struct tm {
    int tm_sec;
    int tm_min;
    int tm_hour;
    int tm_mday;
    int tm_mon;
    int tm_year;
    int tm_wday;
    int tm_yday;
    int tm_isdst;
    long tm_gmtoff;
    const char *tm_zone;
};

time_t time(time_t *out);
clock_t clock(void);
double difftime(time_t later, time_t earlier);
int clock_getres(clockid_t clock, struct timespec *resolution);
int clock_getcpuclockid(pid_t pid, clockid_t *clock);
int clock_gettime(clockid_t clock, struct timespec *now);
int clock_nanosleep(clockid_t clock, int flags, const struct timespec *request,
                    struct timespec *remain);
int clock_settime(clockid_t clock, const struct timespec *now);
int nanosleep(const struct timespec *request, struct timespec *remain);
int timer_create(clockid_t clock, struct sigevent *restrict event, timer_t *restrict id);
int timer_delete(timer_t id);
int timer_getoverrun(timer_t id);
int timer_gettime(timer_t id, struct itimerspec *value);
int timer_settime(timer_t id, int flags, const struct itimerspec *restrict value,
                  struct itimerspec *restrict old);
int timespec_get(struct timespec *now, int base);

/* The time zone is what TZ says, or /etc/localtime. */
char *asctime(const struct tm *tm);
char *asctime_r(const struct tm *restrict tm, char *restrict buf);
char *ctime(const time_t *time);
char *ctime_r(const time_t *time, char *buf);
struct tm *gmtime(const time_t *time);
struct tm *gmtime_r(const time_t *restrict time, struct tm *restrict tm);
struct tm *localtime(const time_t *time);
struct tm *localtime_r(const time_t *restrict time, struct tm *restrict tm);
time_t mktime(struct tm *tm);
time_t timegm(struct tm *tm);
char *strptime(const char *restrict text, const char *restrict format, struct tm *restrict tm);
size_t strftime(char *restrict buf, size_t size, const char *restrict format,
                const struct tm *restrict tm);
extern char *tzname[2];
extern long timezone;
extern int daylight;
void tzset(void);

#endif
