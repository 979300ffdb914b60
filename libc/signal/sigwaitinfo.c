/* sigwaitinfo: takes a signal that is blocked, or waits for it as long as it takes. */
#include <signal.h>
#include <stddef.h>

int sigwaitinfo(const sigset_t *restrict set, siginfo_t *restrict info)
{
    return sigtimedwait(set, info, NULL);
}
