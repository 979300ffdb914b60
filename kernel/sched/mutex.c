/*
 * Mutexes: the owner's word is the lock; who finds it taken waits in line.
 */
#include "kernel/sched/mutex.h"

#include "kernel/core/panic.h"
#include "kernel/core/perturb.h"
#include "kernel/core/tracepoint.h"

void mutex_init(struct mutex *mutex, enum lock_rank rank)
{
    mutex->owner = NULL;
    mutex->rank = (uint16_t)rank;
    wait_queue_init(&mutex->waiters);
}

#if LIMEN_DEBUG

static void check_order(uint32_t rank, bool nested)
{
    const struct thread *thread = current;

    assert_may_sleep();
    for (uint32_t i = 0; i < thread->mutexes_held; i++) {
        uint32_t held = thread->mutexes[i]->rank;

        if (held > rank || (held == rank && !nested))
            panic("mutex order: rank %u taken while rank %u is held", rank, held);
    }
}

void mutex_assert_order(enum lock_rank rank)
{
    check_order(rank, false);
}

static void note_taken(const struct mutex *mutex)
{
    struct thread *thread = current;

    if (thread->mutexes_held == ARRAY_SIZE(thread->mutexes))
        panic("more than %zu mutexes held", ARRAY_SIZE(thread->mutexes));
    thread->mutexes[thread->mutexes_held++] = mutex;
}

static void note_released(const struct mutex *mutex)
{
    struct thread *thread = current;
    uint32_t i = thread->mutexes_held;

    while (i > 0 && thread->mutexes[i - 1] != mutex)
        i--;
    assert(i > 0);
    for (; i < thread->mutexes_held; i++)
        thread->mutexes[i - 1] = thread->mutexes[i];
    thread->mutexes_held--;
}

#else

static void check_order(uint32_t rank, bool nested)
{
    (void)rank;
    (void)nested;
}

static void note_taken(const struct mutex *mutex)
{
    (void)mutex;
}

static void note_released(const struct mutex *mutex)
{
    (void)mutex;
}

#endif

static bool try_take(struct mutex *mutex)
{
    struct thread *nobody = NULL;

    return atomic_compare_swap(&mutex->owner, &nobody, current);
}

static int __noinline wait_and_take(struct mutex *mutex, enum thread_state state)
{
    int error;

    trace_contention_begin(mutex, CONTENTION_MUTEX);
    error = WAIT_LOOP(&mutex->waiters, try_take(mutex), state, WAIT_FOREVER, true);
    trace_contention_end(mutex, error);
    return error;
}

static int take(struct mutex *mutex, bool nested, enum thread_state state)
{
    int error = 0;

    check_order(mutex->rank, nested);
    assert(mutex->owner != current);
    perturb_here();
    if (!try_take(mutex))
        error = wait_and_take(mutex, state);
    if (error == 0)
        note_taken(mutex);
    return error;
}

void mutex_lock(struct mutex *mutex)
{
    (void)take(mutex, false, THREAD_UNINTERRUPTIBLE);
}

void mutex_lock_nested(struct mutex *mutex)
{
    (void)take(mutex, true, THREAD_UNINTERRUPTIBLE);
}

int mutex_lock_interruptible(struct mutex *mutex)
{
    return take(mutex, false, THREAD_INTERRUPTIBLE);
}

bool mutex_trylock(struct mutex *mutex)
{
    if (!try_take(mutex))
        return false;
    note_taken(mutex);
    return true;
}

void mutex_unlock(struct mutex *mutex)
{
    assert(mutex_is_held(mutex));
    note_released(mutex);
    (void)atomic_swap(&mutex->owner, NULL); /* a full barrier before the look at the waiters */
    perturb_here();
    if (wait_queue_active(&mutex->waiters))
        wake_up(&mutex->waiters);
}

bool mutex_is_held(const struct mutex *mutex)
{
    return atomic_load(&mutex->owner) == current;
}
