/* clock_nanosleep: sleeps by a clock. It returns the error number. */
#include <time.h>

#include "gen/syscall_decls.h"

int clock_nanosleep(clockid_t clock, int flags, const struct timespec *request,
                    struct timespec *remain)
{
    return (int)-__sys_clock_nanosleep(clock, flags, request, remain);
}
