/* pwritev: writev at an offset. */
#include <sys/uio.h>

#include "libc/errno/syscall_return.h"

ssize_t pwritev(int fd, const struct iovec *iov, int count, off_t offset)
{
    return __syscall_return(
        __sys_pwritev((unsigned long)fd, iov, (unsigned long)count, (unsigned long)offset, 0));
}
