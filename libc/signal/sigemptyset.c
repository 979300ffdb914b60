/* sigemptyset: the set of no signal. */
#include <signal.h>

int sigemptyset(sigset_t *set)
{
    set->bits = 0;
    return 0;
}
