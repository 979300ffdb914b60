/* prlimit: reads and sets a limit at once. */
#include <sys/resource.h>

#include "libc/errno/syscall_return.h"

int prlimit(pid_t pid, int resource, const struct rlimit *new_limit, struct rlimit *old_limit)
{
    return (int)__syscall_return(
        __sys_prlimit64(pid, (unsigned int)resource, new_limit, old_limit));
}
