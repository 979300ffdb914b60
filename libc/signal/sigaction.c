/* sigaction: what a signal does. The kernel's structure has another order, and a way back. */
#include <signal.h>
#include <stddef.h>

#include "libc/errno/syscall_return.h"

void __restore_rt(void);

int sigaction(int sig, const struct sigaction *restrict act, struct sigaction *restrict old)
{
    struct kernel_sigaction new_action, old_action;

    if (act) {
        new_action.handler = act->sa_handler;
        new_action.flags = (unsigned int)act->sa_flags | SA_RESTORER;
        new_action.restorer = __restore_rt;
        new_action.mask = act->sa_mask.bits;
    }
    if (__syscall_return(__sys_rt_sigaction(sig, act ? &new_action : NULL, old ? &old_action : NULL,
                                            SIGSET_BYTES)) < 0)
        return -1;
    if (old) {
        old->sa_handler = old_action.handler;
        old->sa_flags = (int)(old_action.flags & ~(unsigned long)SA_RESTORER);
        old->sa_restorer = old_action.restorer;
        old->sa_mask.bits = old_action.mask;
    }
    return 0;
}
