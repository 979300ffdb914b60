/* pwrite: write at an offset. */
#include <unistd.h>

#include "libc/errno/syscall_return.h"

ssize_t pwrite(int fd, const void *buf, size_t count, off_t offset)
{
    return __syscall_return(__sys_pwrite64((unsigned int)fd, buf, count, offset));
}
