/*
 * Wait queues: the one primitive behind blocking I/O, poll, futexes, wait4 and mutexes.
 *
 *     err = wait_event(&pipe->readers, pipe_has_data(pipe));
 *
 * sleeps until the condition holds; the waker makes it true and then calls wake_up(&queue). The
 * condition is tested after the thread has joined the queue, so no wake-up is lost. "Was I woken"
 * comes before "is a signal pending". A wait is interruptible unless its name says otherwise.
 *
 * poll and epoll join with a wake function of its own instead of a thread (struct wait_entry.wake).
 */
#ifndef LIMEN_SCHED_WAIT_H
#define LIMEN_SCHED_WAIT_H

#include "kernel/core/restart.h"
#include "kernel/core/spinlock.h"
#include "kernel/lib/list.h"
#include "kernel/sched/thread.h"

struct wait_queue {
    struct spinlock lock; /* RANK_WAIT; interrupt-saving: handlers wake */
    struct list waiters;
};

struct wait_entry {
    struct list node; /* under the queue's lock */
    struct wait_queue *queue;
    struct thread *thread;
    bool exclusive; /* wake_up stops after waking one of these */
    /* Called with the queue's lock held, interrupts off; true if it woke somebody. The default
     * wakes `thread`. Must not take a lock below RANK_WAIT. */
    bool (*wake)(struct wait_entry *entry);
};

#define WAIT_QUEUE_INIT(name)                                                  \
    {                                                                          \
        .lock = SPINLOCK_INIT(RANK_WAIT), .waiters = LIST_INIT((name).waiters) \
    }

void wait_queue_init(struct wait_queue *queue);

/* Joins and leaves a queue. wait_join with wake NULL: the running thread is woken. */
void wait_join(struct wait_queue *queue, struct wait_entry *entry,
               bool (*wake)(struct wait_entry *), bool exclusive);
void wait_leave(struct wait_entry *entry);

/* Wakes every waiter, and of the exclusive ones the first. From any context. */
void wake_up(struct wait_queue *queue);
void wake_up_all(struct wait_queue *queue);
/* wake_up for wake functions, which run with another queue's lock held. True if it woke somebody.
 */
bool wake_up_nested(struct wait_queue *queue);

/* True if somebody waits (a hint: the caller's own lock makes it exact). */
bool wait_queue_active(struct wait_queue *queue);

#define WAIT_FOREVER UINT64_MAX

/* One sleep inside a wait loop, the state set and the condition found false: 0 after a wake-up,
 * -ETIMEDOUT after deadline_ns (clock_monotonic_ns; WAIT_FOREVER), -ERESTARTSYS when interrupted
 * (state INTERRUPTIBLE only). */
int wait_sleep(enum thread_state state, uint64_t deadline_ns);
int wait_sleep_real(enum thread_state state, uint64_t deadline_ns); /* by clock_realtime_ns */

/* The loop. `condition` is evaluated several times and may take locks and drop them again, but not
 * sleep. Value: 0 once it holds, else wait_sleep's error. Who gives up leaves the queue before the
 * last look at the condition: a wake-up that comes later goes to the next in line, and what one
 * that came before was about is seen. `sleep` is the sleep: an int as wait_sleep gives it. */
#define WAIT_LOOP_BY(wait_queue, condition, sleep_state, sleep, excl) \
    ({                                                                \
        struct wait_entry _entry;                                     \
        int _result = 0;                                              \
        wait_join(wait_queue, &_entry, NULL, excl);                   \
        while (_result == 0) {                                        \
            thread_set_state(sleep_state);                            \
            if (condition)                                            \
                break;                                                \
            _result = sleep;                                          \
        }                                                             \
        thread_set_state(THREAD_RUNNABLE);                            \
        wait_leave(&_entry);                                          \
        if (_result != 0 && (condition))                              \
            _result = 0;                                              \
        _result;                                                      \
    })
#define WAIT_LOOP(queue, condition, state, deadline, excl) \
    WAIT_LOOP_BY(queue, condition, state, wait_sleep(state, deadline), excl)

#define wait_event(queue, condition) \
    WAIT_LOOP(queue, condition, THREAD_INTERRUPTIBLE, WAIT_FOREVER, false)
#define wait_event_exclusive(queue, condition) \
    WAIT_LOOP(queue, condition, THREAD_INTERRUPTIBLE, WAIT_FOREVER, true)
#define wait_event_until(queue, condition, deadline_ns) \
    WAIT_LOOP(queue, condition, THREAD_INTERRUPTIBLE, deadline_ns, false)
#define wait_event_until_real(queue, condition, deadline_ns) \
    WAIT_LOOP_BY(queue, condition, THREAD_INTERRUPTIBLE,     \
                 wait_sleep_real(THREAD_INTERRUPTIBLE, deadline_ns), false)
#define wait_event_uninterruptible(queue, condition) \
    ((void)WAIT_LOOP(queue, condition, THREAD_UNINTERRUPTIBLE, WAIT_FOREVER, false))

#endif
