/* eventfd: a counter. */
#include <sys/eventfd.h>

#include "libc/errno/syscall_return.h"

int eventfd(unsigned int count, int flags)
{
    return (int)__syscall_return(__sys_eventfd2(count, flags));
}
