/*
 * Wait queues.
 */
#include "kernel/sched/wait.h"

#include "kernel/abi/errno.h"
#include "kernel/core/clock.h"
#include "kernel/core/panic.h"
#include "kernel/core/perturb.h"
#include "kernel/sched/timer.h"

void wait_queue_init(struct wait_queue *queue)
{
    spin_lock_init(&queue->lock, RANK_WAIT);
    list_init(&queue->waiters);
}

static bool wake_thread(struct wait_entry *entry)
{
    return thread_wake(entry->thread, WAKE_NORMAL);
}

void wait_join(struct wait_queue *queue, struct wait_entry *entry,
               bool (*wake)(struct wait_entry *), bool exclusive)
{
    unsigned long flags;

    entry->queue = queue;
    entry->thread = current;
    entry->wake = wake ? wake : wake_thread;
    entry->exclusive = exclusive;

    flags = spin_lock_irqsave(&queue->lock);
    if (exclusive) /* in order of arrival, behind all who are woken together */
        list_add_tail(&queue->waiters, &entry->node);
    else
        list_add(&queue->waiters, &entry->node);
    spin_unlock_irqrestore(&queue->lock, flags);
}

void wait_leave(struct wait_entry *entry)
{
    unsigned long flags = spin_lock_irqsave(&entry->queue->lock);

    list_del(&entry->node);
    spin_unlock_irqrestore(&entry->queue->lock, flags);
}

/* Under the queue's lock: true if somebody was woken. */
static bool wake_some_locked(struct wait_queue *queue, bool all)
{
    struct wait_entry *entry;
    bool woke = false;

    list_for_each_entry (entry, &queue->waiters, node) {
        if (!entry->wake(entry))
            continue;
        woke = true;
        if (entry->exclusive && !all)
            break;
    }
    return woke;
}

static void wake_some(struct wait_queue *queue, bool all)
{
    unsigned long flags = spin_lock_irqsave(&queue->lock);

    (void)wake_some_locked(queue, all);
    spin_unlock_irqrestore(&queue->lock, flags);
}

void wake_up(struct wait_queue *queue)
{
    wake_some(queue, false);
}

void wake_up_all(struct wait_queue *queue)
{
    wake_some(queue, true);
}

bool wake_up_nested(struct wait_queue *queue)
{
    bool woke;

    spin_lock_nested(&queue->lock);
    woke = wake_some_locked(queue, false);
    spin_unlock(&queue->lock);
    return woke;
}

bool wait_queue_active(struct wait_queue *queue)
{
    return READ_ONCE(queue->waiters.next) != &queue->waiters;
}

/* The alarm clock of one sleeping thread. */
struct sleeper {
    struct timer timer;
    struct thread *thread;
    bool rang;
};

static void sleeper_ring(struct timer *timer)
{
    struct sleeper *sleeper = container_of(timer, struct sleeper, timer);

    atomic_store(&sleeper->rang, true);
    thread_wake(sleeper->thread, WAKE_NORMAL);
}

static int wait_sleep_by(enum thread_state state, uint64_t deadline_ns, bool is_real)
{
    struct sleeper sleeper = {.thread = current};

    assert_may_sleep();
    perturb_here(); /* a wake-up may come between the condition's test and the sleep */
    if (state == THREAD_INTERRUPTIBLE && thread_interrupted())
        return -ERESTARTSYS;
    if (deadline_ns == WAIT_FOREVER) {
        schedule();
        return 0;
    }
    if ((is_real ? clock_realtime_ns() : clock_monotonic_ns()) >= deadline_ns)
        return -ETIMEDOUT;
    timer_init(&sleeper.timer, sleeper_ring);
    if (is_real)
        timer_start_real(&sleeper.timer, deadline_ns);
    else
        timer_start(&sleeper.timer, deadline_ns);
    schedule();
    timer_cancel_sync(&sleeper.timer);
    return atomic_load(&sleeper.rang) ? -ETIMEDOUT : 0;
}

int wait_sleep(enum thread_state state, uint64_t deadline_ns)
{
    return wait_sleep_by(state, deadline_ns, false);
}

int wait_sleep_real(enum thread_state state, uint64_t deadline_ns)
{
    return wait_sleep_by(state, deadline_ns, true);
}
