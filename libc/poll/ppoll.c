/* ppoll: the kernel stores what is left of the time in a copy. */
#include <poll.h>

#include "libc/errno/syscall_return.h"

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout, const sigset_t *mask)
{
    struct timespec left;

    if (timeout)
        left = *timeout;
    return (int)__syscall_return(__sys_ppoll(fds, (unsigned)count, timeout ? &left : NULL,
                                             mask ? &mask->bits : NULL, SIGSET_BYTES));
}
