/* epoll_pwait: epoll_wait, with other signals blocked meanwhile. */
#include <sys/epoll.h>

#include "libc/errno/syscall_return.h"

int epoll_pwait(int epfd, struct epoll_event *events, int max, int timeout_ms, const sigset_t *mask)
{
    return (int)__syscall_return(
        __sys_epoll_pwait(epfd, events, max, timeout_ms, mask ? &mask->bits : NULL, SIGSET_BYTES));
}
