/*
 * What ends: the machine (reboot(2)), a line to a terminal (vhangup(2)).
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/reboot.h"
#include "kernel/core/cred.h"
#include "kernel/drivers/power.h"
#include "kernel/drivers/tty.h"
#include "kernel/sched/thread.h"

static bool reboot_magic_fits(unsigned magic1, unsigned magic2)
{
    return magic1 == LINUX_REBOOT_MAGIC1 &&
           (magic2 == LINUX_REBOOT_MAGIC2 || magic2 == LINUX_REBOOT_MAGIC2A ||
            magic2 == LINUX_REBOOT_MAGIC2B || magic2 == LINUX_REBOOT_MAGIC2C);
}

/* Powers off, halts or restarts the machine, or chooses what Ctrl-Alt-Del does. */
long sys_reboot(int magic1, int magic2, unsigned int command, void __user *arg)
{
    (void)arg;
    if (!cred_is_privileged(current->cred))
        return -EPERM;
    if (!reboot_magic_fits((unsigned)magic1, (unsigned)magic2))
        return -EINVAL;
    switch (command) {
    case LINUX_REBOOT_CMD_POWER_OFF:
        power_off();
    case LINUX_REBOOT_CMD_HALT:
        power_halt();
    case LINUX_REBOOT_CMD_RESTART:
        power_restart();
    case LINUX_REBOOT_CMD_CAD_ON:
    case LINUX_REBOOT_CMD_CAD_OFF:
        power_ctrl_alt_del_set(command == LINUX_REBOOT_CMD_CAD_ON);
        return 0;
    default:
        return -EINVAL;
    }
}

/* Hangs up the caller's terminal: whoever has it open can't use it any more. */
long sys_vhangup(void)
{
    if (!cred_is_privileged(current->cred))
        return -EPERM;
    tty_hang_up_own();
    return 0;
}
