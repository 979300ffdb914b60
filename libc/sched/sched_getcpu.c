/* sched_getcpu: the CPU that the caller runs on, or ran on a moment ago. */
#include <sched.h>
#include <stddef.h>

#include "libc/errno/syscall_return.h"
#include "libc/process/vdso.h"

int sched_getcpu(void)
{
    static long (*call)(unsigned *, unsigned *, void *);
    unsigned cpu = 0;
    long result;

    if (!call)
        call = __vdso_find("__vdso_getcpu");
    result = call ? call(&cpu, NULL, NULL) : __sys_getcpu(&cpu, NULL, NULL);
    return __syscall_return(result) < 0 ? -1 : (int)cpu;
}
