/* gettimeofday: the time since 1970, in microseconds, without a system call. */
#include <sys/time.h>

#include "libc/errno/syscall_return.h"
#include "libc/process/vdso.h"

int gettimeofday(struct timeval *restrict tv, void *restrict tz)
{
    static int (*call)(struct timeval *, void *);

    if (!call)
        call = __vdso_find("__vdso_gettimeofday");
    return (int)__syscall_return(call ? call(tv, tz) : __sys_gettimeofday(tv, tz));
}
