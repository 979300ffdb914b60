/* signalfd: signals from a descriptor. */
#include <sys/signalfd.h>

#include "libc/errno/syscall_return.h"

int signalfd(int fd, const sigset_t *set, int flags)
{
    return (int)__syscall_return(__sys_signalfd4(fd, &set->bits, SIGSET_BYTES, flags));
}
