/* mktime: timegm, for the only zone is UTC. */
#include <time.h>

time_t mktime(struct tm *tm)
{
    time_t time = timegm(tm);

    tm->tm_zone = "UTC";
    return time;
}
