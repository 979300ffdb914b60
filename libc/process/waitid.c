/* waitid: for certain children, told as a signal would. The kernel's call has one argument more. */
#include <stddef.h>
#include <sys/wait.h>

#include "libc/errno/syscall_return.h"

int waitid(idtype_t which, id_t id, siginfo_t *info, int options)
{
    return (int)__syscall_return(__sys_waitid((int)which, (pid_t)id, info, options, NULL));
}
