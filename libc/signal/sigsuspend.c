/* sigsuspend: lets certain signals in and waits for one. */
#include <signal.h>

#include "libc/errno/syscall_return.h"

int sigsuspend(const sigset_t *mask)
{
    return (int)__syscall_return(__sys_rt_sigsuspend(&mask->bits, SIGSET_BYTES));
}
