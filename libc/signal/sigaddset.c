/* sigaddset: puts a signal into a set. */
#include "libc/signal/sigset.h"

int sigaddset(sigset_t *set, int sig)
{
    set->bits |= sigset_bit(sig);
    return sigset_bit(sig) ? 0 : -1;
}
