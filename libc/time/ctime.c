/* ctime: a time as text. */
#include <time.h>

char *ctime(const time_t *time)
{
    struct tm *tm = localtime(time);

    return tm ? asctime(tm) : NULL;
}
