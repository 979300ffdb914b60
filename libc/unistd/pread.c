/* pread: read at an offset. */
#include <unistd.h>

#include "libc/errno/syscall_return.h"

ssize_t pread(int fd, void *buf, size_t count, off_t offset)
{
    return __syscall_return(__sys_pread64((unsigned int)fd, buf, count, offset));
}
