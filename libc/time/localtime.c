#include <time.h>

struct tm *localtime(const time_t *time)
{
    static struct tm tm;

    return localtime_r(time, &tm);
}
