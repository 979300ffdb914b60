/* siginterrupt: whether a signal interrupts calls. */
#include <signal.h>
#include <stddef.h>

int siginterrupt(int sig, int interrupts)
{
    struct sigaction act;

    if (sigaction(sig, NULL, &act) < 0)
        return -1;
    if (interrupts)
        act.sa_flags &= ~SA_RESTART;
    else
        act.sa_flags |= SA_RESTART;
    return sigaction(sig, &act, NULL);
}
