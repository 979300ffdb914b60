/* Mutexes: a word, and for some types whose it is. See lock.h. */
#include <errno.h>

#include "libc/thread/lock.h"
#include "libc/thread/thread.h"

int pthread_mutex_init(pthread_mutex_t *restrict mutex, const pthread_mutexattr_t *restrict attr)
{
    *mutex = (pthread_mutex_t){.type = attr ? attr->type : PTHREAD_MUTEX_DEFAULT};
    return 0;
}

int pthread_mutex_destroy(pthread_mutex_t *mutex)
{
    return __atomic_load_n(&mutex->word, __ATOMIC_RELAXED) ? EBUSY : 0;
}

/* Whether the caller has it already. The owner is another's word, but never by chance our own. */
static bool mutex_is_mine(const pthread_mutex_t *mutex)
{
    return mutex->type != PTHREAD_MUTEX_NORMAL &&
           __atomic_load_n(&mutex->owner, __ATOMIC_RELAXED) == __thread_tid();
}

static void mutex_set_owner(pthread_mutex_t *mutex)
{
    if (mutex->type != PTHREAD_MUTEX_NORMAL)
        __atomic_store_n(&mutex->owner, __thread_tid(), __ATOMIC_RELAXED);
}

/* Once more what the caller has: a recursive one counts, another answers `otherwise`. */
static int mutex_again(pthread_mutex_t *mutex, int otherwise)
{
    if (mutex->type != PTHREAD_MUTEX_RECURSIVE)
        return otherwise;
    return __builtin_add_overflow(mutex->depth, 1, &mutex->depth) ? EAGAIN : 0;
}

int pthread_mutex_timedlock(pthread_mutex_t *restrict mutex,
                            const struct timespec *restrict deadline)
{
    int error;

    if (mutex_is_mine(mutex))
        return mutex_again(mutex, EDEADLK);
    error = __word_lock(&mutex->word, CLOCK_REALTIME, deadline);
    if (!error)
        mutex_set_owner(mutex);
    return error;
}

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
    return pthread_mutex_timedlock(mutex, NULL);
}

int pthread_mutex_trylock(pthread_mutex_t *mutex)
{
    if (mutex_is_mine(mutex))
        return mutex_again(mutex, EBUSY);
    if (!__word_try(&mutex->word))
        return EBUSY;
    mutex_set_owner(mutex);
    return 0;
}

int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
    if (mutex->type != PTHREAD_MUTEX_NORMAL) {
        if (!mutex_is_mine(mutex))
            return EPERM;
        if (mutex->depth > 0) {
            mutex->depth--;
            return 0;
        }
        __atomic_store_n(&mutex->owner, 0, __ATOMIC_RELAXED);
    }
    __word_unlock(&mutex->word);
    return 0;
}
