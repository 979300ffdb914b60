/*
 * Locks.
 *
 * A word is 0 when free, 1 when held, 2 when held and somebody may be waiting: then unlocking it
 * wakes one. The lock of libc's own data (streams, heap) is such a word, which the thread that has
 * it may take again. Words may lie in memory that processes share.
 *
 * See `man 2 futex`, and U. Drepper, "Futexes Are Tricky".
 */
#ifndef LIMEN_LIBC_THREAD_LOCK_H
#define LIMEN_LIBC_THREAD_LOCK_H

#include <stdbool.h>
#include <time.h>

struct limen_lock {
    int word;
    int depth;
    struct limen_thread *owner;
};

void __lock(struct limen_lock *lock);
bool __lock_try(struct limen_lock *lock);
void __unlock(struct limen_lock *lock);

/* 0, or ETIMEDOUT or EINVAL because of the deadline, which may be NULL. */
int __word_lock(int *word, clockid_t clock, const struct timespec *deadline);
bool __word_try(int *word);
void __word_unlock(int *word);

/* Waits while the word has the value; wakes also without a reason. Errors as above, and EINTR. */
int __futex_wait(int *word, int value, clockid_t clock, const struct timespec *deadline);
void __futex_wake(int *word, int count);

#endif
