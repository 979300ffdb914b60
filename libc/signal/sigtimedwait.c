/* sigtimedwait: takes a signal that is blocked, or waits for it. */
#include <signal.h>

#include "libc/errno/syscall_return.h"

int sigtimedwait(const sigset_t *restrict set, siginfo_t *restrict info,
                 const struct timespec *restrict timeout)
{
    return (int)__syscall_return(__sys_rt_sigtimedwait(&set->bits, info, timeout, SIGSET_BYTES));
}
