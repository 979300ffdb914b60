/* sigfillset: the set of all signals. */
#include <signal.h>

int sigfillset(sigset_t *set)
{
    set->bits = ~0UL;
    return 0;
}
