/*
 * Load averages: how many threads ran, waited to run or slept uninterruptibly, as means over the
 * last 1, 5 and 15 minutes in which the past weighs less the longer ago it is.
 *
 * Every five seconds each average a becomes a * d + n * (1 - d), where n is the number of such
 * threads then and d is e^(-5/60), e^(-5/300) or e^(-5/900): Linux's period and factors.
 *
 * Locking: the timer is the only writer; an average is one word.
 */
#include "kernel/sched/load.h"

#include "kernel/core/init.h"
#include "kernel/sched/thread.h"
#include "kernel/sched/timer.h"

#define LOAD_PERIOD_NS (5 * NSEC_PER_SEC)
#define LOAD_ONE (1u << LOAD_SHIFT)

static const uint32_t decay[3] = {1884, 2014, 2037}; /* in units of 1 / LOAD_ONE */
static uint32_t averages_now[3];
static struct timer load_timer;

/* Rounds towards n, so that the average gets there. */
static uint32_t load_next(uint32_t average, uint32_t factor, uint32_t active)
{
    uint64_t target = (uint64_t)active << LOAD_SHIFT;
    uint64_t sum = (uint64_t)average * factor + target * (LOAD_ONE - factor);

    if (target >= average)
        sum += LOAD_ONE - 1;
    return (uint32_t)(sum >> LOAD_SHIFT);
}

static void load_update(struct timer *timer)
{
    uint32_t active = sched_runnable_count() + sched_blocked_count();

    for (size_t i = 0; i < ARRAY_SIZE(averages_now); i++)
        WRITE_ONCE(averages_now[i], load_next(averages_now[i], decay[i], active));
    timer_start(timer, clock_monotonic_ns() + LOAD_PERIOD_NS);
}

void load_averages(uint32_t averages[3])
{
    for (size_t i = 0; i < ARRAY_SIZE(averages_now); i++)
        averages[i] = READ_ONCE(averages_now[i]);
}

static void load_start(void)
{
    timer_init(&load_timer, load_update);
    timer_start(&load_timer, clock_monotonic_ns() + LOAD_PERIOD_NS);
}
INIT_CALL(4, load_start);
