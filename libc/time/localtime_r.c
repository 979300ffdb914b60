/* localtime_r: a time in the calendar, by the clocks of the time zone (zone.h). */
#include <errno.h>

#include "libc/time/calendar.h"
#include "libc/time/zone.h"

struct tm *localtime_r(const time_t *restrict time, struct tm *restrict tm)
{
    struct zone_kind kind;
    time_t local;

    tzset();
    __zone_lock();
    kind = *__zone_at(*time);
    __zone_unlock();
    if (__builtin_add_overflow(*time, kind.offset, &local) || __calendar_fill(local, tm) < 0) {
        errno = EOVERFLOW;
        return NULL;
    }
    tm->tm_isdst = kind.is_summer;
    tm->tm_gmtoff = kind.offset;
    tm->tm_zone = kind.name;
    return tm;
}
