/* Locks and what they wait with. See lock.h. */
#include "libc/thread/lock.h"

#include <errno.h>

#include "gen/syscall_decls.h"
#include "kernel/abi/futex.h"
#include "libc/thread/thread.h"

int __futex_wait(int *word, int value, clockid_t clock, const struct timespec *deadline)
{
    int op = FUTEX_WAIT_BITSET | (clock == CLOCK_REALTIME ? FUTEX_CLOCK_REALTIME : 0);
    long result = __sys_futex((unsigned int *)word, op, (unsigned int)value, deadline, NULL,
                              FUTEX_BITSET_MATCH_ANY);

    return result == -EAGAIN ? 0 : (int)-result;
}

void __futex_wake(int *word, int count)
{
    __sys_futex((unsigned int *)word, FUTEX_WAKE, (unsigned int)count, NULL, NULL, 0);
}

bool __word_try(int *word)
{
    int free = 0;

    return __atomic_compare_exchange_n(word, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

int __word_lock(int *word, clockid_t clock, const struct timespec *deadline)
{
    int error = 0;

    if (__word_try(word))
        return 0;
    /* Who has waited can't know whether others still do: it takes the word as waited for. */
    while (__atomic_exchange_n(word, 2, __ATOMIC_ACQUIRE) != 0) {
        if (error && error != EINTR)
            return error;
        error = __futex_wait(word, 2, clock, deadline);
    }
    return 0;
}

void __word_unlock(int *word)
{
    if (__atomic_exchange_n(word, 0, __ATOMIC_RELEASE) == 2)
        __futex_wake(word, 1);
}

/* Whether the caller has it already. The owner is another's word, but never by chance our own. */
static bool lock_again(struct limen_lock *lock, struct limen_thread *self)
{
    if (__atomic_load_n(&lock->owner, __ATOMIC_RELAXED) != self)
        return false;
    lock->depth++;
    return true;
}

void __lock(struct limen_lock *lock)
{
    struct limen_thread *self = thread_self();

    if (lock_again(lock, self))
        return;
    /* Nobody else is there: the same, without the price of an atomic instruction. */
    if (!__thread_fs_set)
        lock->word = 1;
    else
        __word_lock(&lock->word, CLOCK_MONOTONIC, NULL);
    __atomic_store_n(&lock->owner, self, __ATOMIC_RELAXED);
}

bool __lock_try(struct limen_lock *lock)
{
    struct limen_thread *self = thread_self();

    if (lock_again(lock, self))
        return true;
    if (!__word_try(&lock->word))
        return false;
    __atomic_store_n(&lock->owner, self, __ATOMIC_RELAXED);
    return true;
}

void __unlock(struct limen_lock *lock)
{
    if (lock->depth > 0) {
        lock->depth--;
        return;
    }
    __atomic_store_n(&lock->owner, NULL, __ATOMIC_RELAXED);
    if (!__thread_fs_set)
        lock->word = 0;
    else
        __word_unlock(&lock->word);
}
