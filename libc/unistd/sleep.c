/* sleep: seconds; returns what is left if a signal came. */
#include <time.h>
#include <unistd.h>

unsigned int sleep(unsigned int seconds)
{
    struct timespec rest = {.tv_sec = seconds};

    return nanosleep(&rest, &rest) == 0 ? 0 : (unsigned int)rest.tv_sec + (rest.tv_nsec > 0);
}
