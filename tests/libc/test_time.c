/* <time.h>: calendar, formats, clocks. The zone is UTC, for Limen's libc has no other. */
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void show(time_t time)
{
    struct tm tm = {0};
    char buf[256];

    if (!gmtime_r(&time, &tm)) {
        printf("%ld: none\n", time);
        return;
    }
    printf("%ld: %d-%d-%d %d:%d:%d %d %d %d %ld %s\n", time, tm.tm_year, tm.tm_mon, tm.tm_mday,
           tm.tm_hour, tm.tm_min, tm.tm_sec, tm.tm_wday, tm.tm_yday, tm.tm_isdst, tm.tm_gmtoff,
           tm.tm_zone);
    printf("%ld", timegm(&tm));
    printf(" %ld\n", mktime(&tm));
    if (tm.tm_year < -900 || tm.tm_year >= 8100)
        return;
    printf("%zu", strftime(buf, sizeof(buf),
                           "%a %A %b %B %c %C %d %D %e %F %g %G %h %H %I %j %k %l %m %M", &tm));
    printf(" %s\n", buf);
    printf("%zu", strftime(buf, sizeof(buf),
                           "%n%p%P%r%R%s%S%t%T%u%U%V%w%W%x%X%y%Y%z%Z%%%Ey%Od%-d%_H%-m%0e", &tm));
    printf(" %s\n", buf);
    printf("%s%s", asctime(&tm), ctime(&time));
}

static void normalize(int year, int month, int day, int hour, int minute, int second)
{
    struct tm tm = {.tm_year = year,
                    .tm_mon = month,
                    .tm_mday = day,
                    .tm_hour = hour,
                    .tm_min = minute,
                    .tm_sec = second};
    time_t time = timegm(&tm);

    printf("%ld %d-%d-%d %d:%d:%d %d %d\n", time, tm.tm_year, tm.tm_mon, tm.tm_mday, tm.tm_hour,
           tm.tm_min, tm.tm_sec, tm.tm_wday, tm.tm_yday);
}

static void clocks(void)
{
    struct timespec a, b, nap = {0, 2000000}, resolution;

    printf("%d", clock_gettime(CLOCK_MONOTONIC, &a));
    printf(" %d", nanosleep(&nap, NULL));
    printf(" %d", clock_gettime(CLOCK_MONOTONIC, &b));
    printf(" %d\n", (b.tv_sec - a.tv_sec) * 1000000000 + b.tv_nsec - a.tv_nsec >= 2000000);
    printf("%d", clock_getres(CLOCK_REALTIME, &resolution));
    printf(" %d\n", resolution.tv_sec == 0);
    printf("%d", clock_gettime(77, &a));
    printf(" %d\n", errno);
    nap.tv_nsec = 1000000000;
    printf("%d", nanosleep(&nap, NULL));
    printf(" %d", errno);
    errno = 0;
    printf(" %d", clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, NULL));
    printf(" %d\n", errno);
    printf("%d %d\n", time(NULL) > 1700000000, clock() >= 0);
    printf("%g\n", difftime(10, 4));
}

int main(void)
{
    static const time_t times[] = {0,
                                   1,
                                   -1,
                                   86399,
                                   86400,
                                   -86400,
                                   951782399,
                                   951782400,
                                   951868800,
                                   1078012800,
                                   1709164800,
                                   4107542400,
                                   253402300799,
                                   253402300800,
                                   -62135596800,
                                   -62167219200,
                                   -62167219201,
                                   2147483647,
                                   2147483648,
                                   -2147483649,
                                   67768036191676799,
                                   67768036191676800,
                                   INT64_MAX,
                                   1234567890};
    char small[5];
    time_t now = 0;

    setenv("TZ", "UTC", 1);
    tzset();
    for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
        show(times[i]);
    for (int year = 1890; year < 2110; year++) {
        struct tm tm = {.tm_year = year - 1900, .tm_mday = 1};
        char buf[64];

        for (int day = -4; day < 5; day++) {
            tm.tm_mon = 0;
            tm.tm_mday = 1 + day;
            tm.tm_year = year - 1900;
            timegm(&tm);
            strftime(buf, sizeof(buf), "%F %G-%V-%u %U %W %j", &tm);
            printf("%s\n", buf);
        }
    }
    normalize(70, 12, 1, 0, 0, 0);
    normalize(70, -1, 0, -1, -1, -1);
    normalize(100, 1, 30, 25, 61, 61);
    normalize(0, -13, -400, 1000, 100000, 1000000);
    normalize(101, 1, 29, 0, 0, 0);
    normalize(INT_MAX, 0, 1, 0, 0, 0);
    normalize(INT_MIN, 0, 1, 0, 0, 0);
    printf("%zu", strftime(small, 5, "%Y", gmtime(&now)));
    printf(" %.4s", small);
    printf(" %zu\n", strftime(small, 4, "%Y", gmtime(&now)));
    clocks();
    return 0;
}
