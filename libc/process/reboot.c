/* reboot: stops or restarts the machine. */
#include <stddef.h>
#include <sys/reboot.h>

#include "libc/errno/syscall_return.h"

int reboot(int command)
{
    return (int)__syscall_return(
        __sys_reboot((int)LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, (unsigned int)command, NULL));
}
