/* usleep: microseconds. */
#include <time.h>
#include <unistd.h>

int usleep(useconds_t microseconds)
{
    struct timespec rest = {microseconds / 1000000, microseconds % 1000000 * 1000L};

    return nanosleep(&rest, NULL);
}
