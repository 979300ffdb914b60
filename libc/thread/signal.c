/* Signals for one thread of several. */
#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "gen/syscall_decls.h"
#include "libc/thread/thread.h"

int pthread_sigmask(int how, const sigset_t *restrict set, sigset_t *restrict old)
{
    int error = errno;
    int result = sigprocmask(how, set, old) < 0 ? errno : 0;

    errno = error;
    return result;
}

/* A thread that has ended and was not joined takes signals, which have no effect. */
int pthread_kill(pthread_t thread, int sig)
{
    int tid =
        thread == thread_self() ? __thread_tid() : __atomic_load_n(&thread->tid, __ATOMIC_RELAXED);

    if (sig < 0 || sig > SIGNAL_COUNT)
        return EINVAL;
    return tid ? (int)-__sys_tgkill(getpid(), tid, sig) : 0;
}
