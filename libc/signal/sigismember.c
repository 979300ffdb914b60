/* sigismember: whether a signal is in a set. */
#include "libc/signal/sigset.h"

int sigismember(const sigset_t *set, int sig)
{
    kernel_sigset_t bit = sigset_bit(sig);

    return bit ? (set->bits & bit) != 0 : -1;
}
