/* What every stub of a system call ends with. */
#include "libc/errno/syscall_return.h"

#include <errno.h>

long __syscall_return(long result)
{
    if ((unsigned long)result < (unsigned long)-MAX_ERRNO)
        return result;
    errno = (int)-result;
    return -1;
}
