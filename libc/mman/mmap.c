/* mmap: the kernel looks at whole registers, of which int arguments fill half. */
#include <sys/mman.h>

#include "libc/errno/syscall_return.h"

void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
{
    return (void *)__syscall_return(__sys_mmap((unsigned long)addr, length, (unsigned long)prot,
                                               (unsigned long)flags, (unsigned long)fd,
                                               (unsigned long)offset));
}
