/* timegm: the time of a calendar date in UTC, whose fields may be out of range and are set right.
 */
#include <errno.h>

#include "libc/time/calendar.h"

time_t timegm(struct tm *tm)
{
    long years = tm->tm_mon / 12 - (tm->tm_mon % 12 < 0);
    long days = __days_before(1900L + tm->tm_year + years, (int)(tm->tm_mon - years * 12));
    time_t time = (days + tm->tm_mday - 1) * SECONDS_PER_DAY + tm->tm_hour * 3600L +
                  tm->tm_min * 60L + tm->tm_sec;

    if (__calendar_fill(time, tm) < 0) {
        errno = EOVERFLOW;
        return -1;
    }
    tm->tm_zone = "GMT";
    return time;
}
