/*
 * Semaphores. The word's low 31 bits are the count. Its sign bit says that somebody has waited, and
 * stays: then each post wakes one. So a post does nothing to the semaphore after it has counted up,
 * when who was waiting may already have done away with it.
 */
#include <semaphore.h>

#include <errno.h>
#include <limits.h>

#include "libc/errno/syscall_return.h"
#include "libc/thread/lock.h"

#define WAITED_FOR INT_MIN

int sem_init(sem_t *semaphore, int shared, unsigned int value)
{
    (void)shared;
    if (value > SEM_VALUE_MAX)
        return (int)__syscall_return(-EINVAL);
    semaphore->word = (int)value;
    return 0;
}

int sem_destroy(sem_t *semaphore)
{
    (void)semaphore;
    return 0;
}

int sem_getvalue(sem_t *restrict semaphore, int *restrict value)
{
    *value = __atomic_load_n(&semaphore->word, __ATOMIC_RELAXED) & ~WAITED_FOR;
    return 0;
}

static bool word_change(int *word, int *from, int to, int order)
{
    return __atomic_compare_exchange_n(word, from, to, false, order, __ATOMIC_RELAXED);
}

int sem_post(sem_t *semaphore)
{
    int word = __atomic_load_n(&semaphore->word, __ATOMIC_RELAXED);

    do {
        if ((word & ~WAITED_FOR) == SEM_VALUE_MAX)
            return (int)__syscall_return(-EOVERFLOW);
    } while (!word_change(&semaphore->word, &word, word + 1, __ATOMIC_RELEASE));
    if (word & WAITED_FOR)
        __futex_wake(&semaphore->word, 1);
    return 0;
}

int sem_trywait(sem_t *semaphore)
{
    int word = __atomic_load_n(&semaphore->word, __ATOMIC_RELAXED);

    do {
        if ((word & ~WAITED_FOR) == 0)
            return (int)__syscall_return(-EAGAIN);
    } while (!word_change(&semaphore->word, &word, word - 1, __ATOMIC_ACQUIRE));
    return 0;
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict deadline)
{
    int error = errno;
    int word = 0;

    while (sem_trywait(semaphore) < 0) {
        int wait_error;

        errno = error;
        word = 0;
        word_change(&semaphore->word, &word, WAITED_FOR, __ATOMIC_RELAXED);
        wait_error = __futex_wait(&semaphore->word, WAITED_FOR, CLOCK_REALTIME, deadline);
        if (wait_error)
            return (int)__syscall_return(-wait_error);
    }
    return 0;
}

int sem_wait(sem_t *semaphore)
{
    return sem_timedwait(semaphore, NULL);
}
