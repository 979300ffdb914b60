/* getpriority: the kernel gives 20 - nice, for a nice value of its own could look like an error. */
#include <sys/resource.h>

#include "libc/errno/syscall_return.h"

int getpriority(int which, int who)
{
    long result = __sys_getpriority(which, who);

    return result < 0 ? (int)__syscall_return(result) : (int)(20 - result);
}
