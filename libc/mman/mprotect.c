/* mprotect: the kernel looks at whole registers, of which int arguments fill half. */
#include <sys/mman.h>

#include "libc/errno/syscall_return.h"

int mprotect(void *addr, size_t length, int prot)
{
    return (int)__syscall_return(__sys_mprotect((unsigned long)addr, length, (unsigned long)prot));
}
