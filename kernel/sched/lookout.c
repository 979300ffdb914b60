/*
 * Lookouts, see lookout.h. One at a time may start the timer: who finds nobody out.
 */
#include "kernel/sched/lookout.h"

#include "kernel/core/atomic.h"

#define LOOK_NS (100 * NSEC_PER_MSEC)

static void lookout_start(struct lookout *lookout)
{
    if (!atomic_swap(&lookout->is_out, true))
        timer_start(&lookout->timer, clock_monotonic_ns() + LOOK_NS);
}

static void lookout_look(struct timer *timer)
{
    struct lookout *lookout = container_of(timer, struct lookout, timer);

    if (lookout->has_news())
        wake_up_all(lookout->queue);
    if (atomic_load(&lookout->count) > 0) {
        timer_start(timer, clock_monotonic_ns() + LOOK_NS);
        return;
    }
    (void)atomic_swap(&lookout->is_out, false); /* a full barrier: who counts itself now is seen */
    if (atomic_load(&lookout->count) > 0)
        lookout_start(lookout);
}

void lookout_init(struct lookout *lookout, struct wait_queue *queue, bool (*has_news)(void))
{
    *lookout = (struct lookout){.queue = queue, .has_news = has_news};
    timer_init(&lookout->timer, lookout_look);
}

void lookout_begin(struct lookout *lookout)
{
    atomic_add(&lookout->count, 1);
    lookout_start(lookout);
}

void lookout_end(struct lookout *lookout)
{
    atomic_sub(&lookout->count, 1);
}
