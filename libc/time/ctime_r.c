/* ctime_r: a time as text. */
#include <time.h>

char *ctime_r(const time_t *time, char *buf)
{
    struct tm tm;

    return localtime_r(time, &tm) ? asctime_r(&tm, buf) : NULL;
}
