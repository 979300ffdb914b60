/* pthread_once: runs a function, whoever comes first; the others wait until it is done. */
#include <pthread.h>

#include <limits.h>

#include "libc/thread/lock.h"

enum {
    ONCE_RUNNING = 1,
    ONCE_DONE,
};

int pthread_once(pthread_once_t *once, void (*function)(void))
{
    int state = PTHREAD_ONCE_INIT;

    if (__atomic_compare_exchange_n(once, &state, ONCE_RUNNING, false, __ATOMIC_ACQUIRE,
                                    __ATOMIC_ACQUIRE)) {
        function();
        __atomic_store_n(once, ONCE_DONE, __ATOMIC_RELEASE);
        __futex_wake(once, INT_MAX);
        return 0;
    }
    while (__atomic_load_n(once, __ATOMIC_ACQUIRE) != ONCE_DONE)
        __futex_wait(once, ONCE_RUNNING, CLOCK_MONOTONIC, NULL);
    return 0;
}
