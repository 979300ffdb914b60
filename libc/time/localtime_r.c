/* localtime_r: a time in the calendar; the only zone is UTC. */
#include <time.h>

struct tm *localtime_r(const time_t *restrict time, struct tm *restrict tm)
{
    if (!gmtime_r(time, tm))
        return NULL;
    tm->tm_zone = "UTC";
    return tm;
}
