/* The bit of a signal in a set; 0 and EINVAL if there is no such signal. */
#ifndef LIMEN_LIBC_SIGNAL_SIGSET_H
#define LIMEN_LIBC_SIGNAL_SIGSET_H

#include <errno.h>
#include <signal.h>

static inline kernel_sigset_t sigset_bit(int sig)
{
    if (sig >= 1 && sig <= SIGNAL_COUNT)
        return 1UL << (sig - 1);
    errno = EINVAL;
    return 0;
}

#endif
