/* clock_gettime: the time of a clock, most often without a system call. */
#include <time.h>

#include "libc/errno/syscall_return.h"
#include "libc/process/vdso.h"

int clock_gettime(clockid_t clock, struct timespec *now)
{
    static int (*call)(clockid_t, struct timespec *);

    if (!call)
        call = __vdso_find("__vdso_clock_gettime");
    return (int)__syscall_return(call ? call(clock, now) : __sys_clock_gettime(clock, now));
}
