/* asctime_r: "Thu Jan  1 00:00:00 1970\n", in a buffer of 26. */
#include <errno.h>
#include <stdio.h>

#include "libc/time/calendar.h"

#define ASCTIME_BYTES 26

char *asctime_r(const struct tm *restrict tm, char *restrict buf)
{
    const char *day = tm->tm_wday >= 0 && tm->tm_wday < 7 ? __day_names[tm->tm_wday] : "???";
    const char *month = tm->tm_mon >= 0 && tm->tm_mon < 12 ? __month_names[tm->tm_mon] : "???";
    int length = snprintf(buf, ASCTIME_BYTES, "%.3s %.3s%3d %.2d:%.2d:%.2d %ld\n", day, month,
                          tm->tm_mday, tm->tm_hour, tm->tm_min, tm->tm_sec, 1900L + tm->tm_year);

    if (length < ASCTIME_BYTES)
        return buf;
    errno = EOVERFLOW;
    return NULL;
}
