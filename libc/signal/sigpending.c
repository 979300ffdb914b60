/* sigpending: which signals have come and wait. */
#include <signal.h>

#include "libc/errno/syscall_return.h"

int sigpending(sigset_t *set)
{
    return (int)__syscall_return(__sys_rt_sigpending(&set->bits, SIGSET_BYTES));
}
