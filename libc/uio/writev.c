/* writev: the kernel looks at whole registers, of which int arguments fill half. */
#include <sys/uio.h>

#include "libc/errno/syscall_return.h"

ssize_t writev(int fd, const struct iovec *iov, int count)
{
    return __syscall_return(__sys_writev((unsigned long)fd, iov, (unsigned long)count));
}
