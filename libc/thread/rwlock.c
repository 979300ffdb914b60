/* Locks for many readers or one writer. */
#include <errno.h>
#include <limits.h>

#include "libc/thread/thread.h"

int pthread_rwlock_init(pthread_rwlock_t *restrict lock, const pthread_rwlockattr_t *restrict attr)
{
    (void)attr;
    *lock = (pthread_rwlock_t)PTHREAD_RWLOCK_INITIALIZER;
    return 0;
}

int pthread_rwlock_destroy(pthread_rwlock_t *lock)
{
    return lock->readers || lock->writer ? EBUSY : 0;
}

static bool can_read(const pthread_rwlock_t *lock)
{
    return !lock->writer && !lock->writers_waiting && lock->readers < INT_MAX;
}

static bool can_write(const pthread_rwlock_t *lock)
{
    return !lock->writer && !lock->readers;
}

int pthread_rwlock_rdlock(pthread_rwlock_t *lock)
{
    if (__atomic_load_n(&lock->writer, __ATOMIC_RELAXED) == __thread_tid())
        return EDEADLK;
    pthread_mutex_lock(&lock->mutex);
    while (!can_read(lock))
        pthread_cond_wait(&lock->changed, &lock->mutex);
    lock->readers++;
    pthread_mutex_unlock(&lock->mutex);
    return 0;
}

int pthread_rwlock_tryrdlock(pthread_rwlock_t *lock)
{
    bool can;

    pthread_mutex_lock(&lock->mutex);
    can = can_read(lock);
    lock->readers += can;
    pthread_mutex_unlock(&lock->mutex);
    return can ? 0 : EBUSY;
}

int pthread_rwlock_wrlock(pthread_rwlock_t *lock)
{
    if (__atomic_load_n(&lock->writer, __ATOMIC_RELAXED) == __thread_tid())
        return EDEADLK;
    pthread_mutex_lock(&lock->mutex);
    lock->writers_waiting++;
    while (!can_write(lock))
        pthread_cond_wait(&lock->changed, &lock->mutex);
    lock->writers_waiting--;
    __atomic_store_n(&lock->writer, __thread_tid(), __ATOMIC_RELAXED);
    pthread_mutex_unlock(&lock->mutex);
    return 0;
}

int pthread_rwlock_trywrlock(pthread_rwlock_t *lock)
{
    bool can;

    pthread_mutex_lock(&lock->mutex);
    can = can_write(lock);
    if (can)
        __atomic_store_n(&lock->writer, __thread_tid(), __ATOMIC_RELAXED);
    pthread_mutex_unlock(&lock->mutex);
    return can ? 0 : EBUSY;
}

int pthread_rwlock_unlock(pthread_rwlock_t *lock)
{
    pthread_mutex_lock(&lock->mutex);
    if (lock->writer)
        __atomic_store_n(&lock->writer, 0, __ATOMIC_RELAXED);
    else
        lock->readers--;
    if (lock->readers == 0)
        pthread_cond_broadcast(&lock->changed);
    pthread_mutex_unlock(&lock->mutex);
    return 0;
}
