/*
 * Errors that never reach user space: what an interrupted wait returns inside the kernel, and what
 * signal delivery turns into -EINTR or into running the call again. The numbers are Linux's, which
 * ptrace and strace show.
 */
#ifndef LIMEN_CORE_RESTART_H
#define LIMEN_CORE_RESTART_H

#define ERESTARTSYS 512           /* restart unless a handler without SA_RESTART ran */
#define ERESTARTNOINTR 513        /* restart always */
#define ERESTARTNOHAND 514        /* restart only if no handler ran */
#define ERESTART_RESTARTBLOCK 516 /* restart by restart_syscall(2) */

#endif
