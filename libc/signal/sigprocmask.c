/* sigprocmask: which signals wait. */
#include <signal.h>
#include <stddef.h>

#include "libc/errno/syscall_return.h"

int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
    return (int)__syscall_return(
        __sys_rt_sigprocmask(how, set ? &set->bits : NULL, old ? &old->bits : NULL, SIGSET_BYTES));
}
