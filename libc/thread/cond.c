/*
 * Conditions: a word that each signal changes. Who waits has read it while it had the mutex, and
 * sleeps only as long as it is still the same: no signal is lost between the two. Waking goes by
 * the order of coming, and nothing is counted: a condition may go as soon as all have been woken.
 */
#include <errno.h>
#include <limits.h>

#include "libc/thread/lock.h"
#include "libc/thread/thread.h"

int pthread_cond_init(pthread_cond_t *restrict cond, const pthread_condattr_t *restrict attr)
{
    *cond = (pthread_cond_t){.clock = attr ? attr->clock : CLOCK_REALTIME};
    return 0;
}

int pthread_cond_destroy(pthread_cond_t *cond)
{
    (void)cond;
    return 0;
}

int pthread_cond_timedwait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex,
                           const struct timespec *restrict deadline)
{
    int turn = __atomic_load_n(&cond->turn, __ATOMIC_RELAXED);
    int error, wait_error;

    if (deadline && (deadline->tv_nsec < 0 || deadline->tv_nsec >= 1000000000))
        return EINVAL;
    /* A recursive mutex that was taken more than once stays taken, as with glibc. */
    error = pthread_mutex_unlock(mutex);
    if (error)
        return error;
    wait_error = __futex_wait(&cond->turn, turn, cond->clock, deadline);
    error = pthread_mutex_lock(mutex);
    if (error || wait_error == EINTR)
        return error;
    return wait_error;
}

int pthread_cond_wait(pthread_cond_t *restrict cond, pthread_mutex_t *restrict mutex)
{
    return pthread_cond_timedwait(cond, mutex, NULL);
}

static int cond_wake(pthread_cond_t *cond, int count)
{
    __atomic_add_fetch(&cond->turn, 1, __ATOMIC_RELEASE);
    __futex_wake(&cond->turn, count);
    return 0;
}

int pthread_cond_signal(pthread_cond_t *cond)
{
    return cond_wake(cond, 1);
}

int pthread_cond_broadcast(pthread_cond_t *cond)
{
    return cond_wake(cond, INT_MAX);
}

int pthread_condattr_init(pthread_condattr_t *attr)
{
    *attr = (pthread_condattr_t){.clock = CLOCK_REALTIME};
    return 0;
}

int pthread_condattr_destroy(pthread_condattr_t *attr)
{
    (void)attr;
    return 0;
}

int pthread_condattr_getclock(const pthread_condattr_t *restrict attr, clockid_t *restrict clock)
{
    *clock = attr->clock;
    return 0;
}

int pthread_condattr_setclock(pthread_condattr_t *attr, clockid_t clock)
{
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC)
        return EINVAL;
    attr->clock = clock;
    return 0;
}

int pthread_condattr_getpshared(const pthread_condattr_t *restrict attr, int *restrict shared)
{
    *shared = attr->shared;
    return 0;
}

int pthread_condattr_setpshared(pthread_condattr_t *attr, int shared)
{
    if (shared != PTHREAD_PROCESS_PRIVATE && shared != PTHREAD_PROCESS_SHARED)
        return EINVAL;
    attr->shared = shared;
    return 0;
}
