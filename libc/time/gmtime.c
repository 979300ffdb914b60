/* gmtime: a time in the calendar, in UTC. */
#include <time.h>

struct tm *gmtime(const time_t *time)
{
    static struct tm tm;

    return gmtime_r(time, &tm);
}
