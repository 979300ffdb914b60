/*
 * Timers: call a function at a point of the monotonic or the real clock. Each CPU keeps its own
 * sorted sets and asks the hardware for the earliest one. A timer's owner serializes starting and
 * cancelling it.
 */
#ifndef LIMEN_SCHED_TIMER_H
#define LIMEN_SCHED_TIMER_H

#include "kernel/core/clock.h"
#include "kernel/lib/rbtree.h"
#include "kernel/lib/types.h"

struct timer {
    struct rb_node node;
    uint64_t deadline_ns;
    bool is_real; /* by which clock */
    /* Runs once, in interrupt context, and may start the timer again. */
    void (*expire)(struct timer *timer);
    uint32_t cpu; /* whose set; valid while armed */
    bool armed;
};

void timer_init(struct timer *timer, void (*expire)(struct timer *));

/* Arms the timer (again) for a point in time; one in the past fires at once. */
void timer_start(struct timer *timer, uint64_t deadline_ns);

/* The same by the real clock: the point stays that one, however the clock is set meanwhile. */
void timer_start_real(struct timer *timer, uint64_t deadline_ns);

/* After the real clock was set: every CPU finds out anew what comes first. Interrupts on, no lock
 * held. */
void timer_clock_was_set(void);

/* Disarms it; true if it was armed. The function may still be running on another CPU when this
 * returns; timer_cancel_sync waits for that as well (not from interrupt context, not holding a
 * lock that the function takes). */
bool timer_cancel(struct timer *timer);
bool timer_cancel_sync(struct timer *timer);

#endif
