/* gmtime_r: a time in the calendar, in UTC. */
#include <errno.h>

#include "libc/time/calendar.h"

struct tm *gmtime_r(const time_t *restrict time, struct tm *restrict tm)
{
    if (__calendar_fill(*time, tm) < 0) {
        errno = EOVERFLOW;
        return NULL;
    }
    tm->tm_zone = "GMT";
    return tm;
}
