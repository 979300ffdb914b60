/*
 * mktime: the time of a date by the clocks of the time zone, whose fields may be out of range and
 * are set right.
 *
 * tm_isdst says by which clocks; a zone without such ones is taken to be an hour off then. If it
 * says nothing (it is negative) they are those that show the date. Where the clocks were set back
 * and it came twice, the first time counts; where they were set forward and it never came, those
 * before.
 */
#include <errno.h>

#include "libc/time/calendar.h"
#include "libc/time/zone.h"

enum {
    HOUR_S = 3600
};

/* When clocks of the zone showed that many seconds since 1970. */
static time_t time_shown(time_t shown, int is_summer)
{
    const struct zone_kind *before = __zone_at(shown - SECONDS_PER_DAY);
    const struct zone_kind *behind = __zone_at(shown + SECONDS_PER_DAY);
    const struct zone_kind *asked;
    long offset = before->offset, other = behind->offset;
    bool first = __zone_at(shown - offset)->offset == offset;
    bool second = __zone_at(shown - other)->offset == other;
    const struct zone_kind *seen = __zone_at(shown - (first || !second ? offset : other));

    if (is_summer < 0 || seen->is_summer == (is_summer > 0))
        return shown - (first || !second ? offset : other);
    if (first && second && behind->is_summer == (is_summer > 0))
        return shown - other;
    asked = __zone_near(shown, is_summer > 0);
    if (asked)
        return shown - asked->offset;
    return shown - seen->offset - (is_summer ? HOUR_S : -HOUR_S);
}

time_t mktime(struct tm *tm)
{
    struct tm copy = *tm;
    time_t shown, time;

    copy.tm_zone = NULL;
    shown = timegm(&copy);
    if (!copy.tm_zone) /* -1 is a time, too */
        return -1;
    tzset();
    __zone_lock();
    time = time_shown(shown, tm->tm_isdst);
    __zone_unlock();
    return localtime_r(&time, tm) ? time : -1;
}
