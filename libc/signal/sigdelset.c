/* sigdelset: takes a signal out of a set. */
#include "libc/signal/sigset.h"

int sigdelset(sigset_t *set, int sig)
{
    set->bits &= ~sigset_bit(sig);
    return sigset_bit(sig) ? 0 : -1;
}
