/* pselect: the kernel stores what is left of the time, POSIX wants it to stay as it was. */
#include <sys/select.h>

#include "libc/errno/syscall_return.h"

int pselect(int count, fd_set *restrict readable, fd_set *restrict writable,
            fd_set *restrict exceptional, const struct timespec *restrict timeout,
            const sigset_t *restrict mask)
{
    struct pselect_mask packed = {.set = mask ? &mask->bits : NULL, .size = SIGSET_BYTES};
    struct timespec left;

    if (timeout)
        left = *timeout;
    return (int)__syscall_return(
        __sys_pselect6(count, readable, writable, exceptional, timeout ? &left : NULL, &packed));
}
