/* sched_getcpu: the CPU that the caller runs on, or ran on a moment ago. */
#include <sched.h>
#include <stddef.h>

#include "libc/errno/syscall_return.h"

int sched_getcpu(void)
{
    unsigned int cpu;

    return __syscall_return(__sys_getcpu(&cpu, NULL, NULL)) < 0 ? -1 : (int)cpu;
}
