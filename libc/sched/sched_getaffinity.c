/* sched_getaffinity: the CPUs a task may use. The kernel fills, and tells, only what it has. */
#include <sched.h>
#include <string.h>

#include "libc/errno/syscall_return.h"

int sched_getaffinity(pid_t pid, size_t size, cpu_set_t *set)
{
    unsigned int length = size < sizeof(*set) ? (unsigned int)size : sizeof(*set);
    long filled = __syscall_return(__sys_sched_getaffinity(pid, length, set->words));

    if (filled < 0)
        return -1;
    memset((char *)set + filled, 0, size - (size_t)filled);
    return 0;
}
