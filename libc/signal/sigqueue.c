/* sigqueue: a signal that carries a value. */
#include <signal.h>
#include <unistd.h>

#include "libc/errno/syscall_return.h"

int sigqueue(pid_t pid, int sig, const union sigval value)
{
    struct siginfo info = {.si_signo = sig, .si_code = SI_QUEUE};

    info.si_pid = getpid();
    info.si_uid = getuid();
    info.si_value = value;
    return (int)__syscall_return(__sys_rt_sigqueueinfo(pid, sig, &info));
}
