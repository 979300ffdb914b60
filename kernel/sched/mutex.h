/*
 * Mutexes: sleeping locks for thread context. Not recursive; the owner unlocks. Ranks as for spin
 * locks (kernel/core/spinlock.h): a thread that holds a mutex takes only mutexes of higher rank,
 * and none at all while it holds a spin lock.
 */
#ifndef LIMEN_SCHED_MUTEX_H
#define LIMEN_SCHED_MUTEX_H

#include "kernel/sched/wait.h"

struct mutex {
    struct thread *owner; /* NULL: free; atomic */
    uint16_t rank;
    struct wait_queue waiters;
};

#define MUTEX_INIT(name, lock_rank)                                     \
    {                                                                   \
        .rank = (lock_rank), .waiters = WAIT_QUEUE_INIT((name).waiters) \
    }

void mutex_init(struct mutex *mutex, enum lock_rank rank);
void mutex_lock(struct mutex *mutex);        /* uninterruptible */
void mutex_lock_nested(struct mutex *mutex); /* second one of the same rank, in address order */
int mutex_lock_interruptible(struct mutex *mutex); /* 0 or -ERESTARTSYS */
bool mutex_trylock(struct mutex *mutex);
void mutex_unlock(struct mutex *mutex);
bool mutex_is_held(const struct mutex *mutex); /* by the running thread */

/* For what takes a mutex of the rank only now and then: panics whenever it could not. */
#if LIMEN_DEBUG
void mutex_assert_order(enum lock_rank rank);
#else
static inline void mutex_assert_order(enum lock_rank rank)
{
    (void)rank;
}
#endif

#endif
