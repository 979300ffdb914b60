/*
 * Preemption control. While this CPU's count is not 0 the scheduler leaves the running thread where
 * it is. Spin locks raise it, interrupt handlers run with it raised.
 */
#ifndef LIMEN_CORE_PREEMPT_H
#define LIMEN_CORE_PREEMPT_H

#include "kernel/core/percpu.h"
#include "kernel/lib/compiler.h"

DECLARE_PER_CPU(uint32_t, percpu_preempt_count);
DECLARE_PER_CPU(uint32_t, percpu_need_resched); /* not 0: call schedule() as soon as allowed */

static inline void preempt_disable(void)
{
    this_cpu(percpu_preempt_count)++;
    barrier();
}

static inline void preempt_enable_no_resched(void)
{
    barrier();
    this_cpu(percpu_preempt_count)--;
}

/* Hook, filled by kernel/sched: reschedules if that is wanted and allowed here. */
void preempt_schedule(void);

static inline void preempt_enable(void)
{
    preempt_enable_no_resched();
    barrier(); /* an interrupt that found the count raised leaves its reschedule to us */
    if (unlikely(this_cpu(percpu_need_resched)) && this_cpu(percpu_preempt_count) == 0)
        preempt_schedule();
}

/* True where code may sleep: preemption and interrupts on. */
bool may_sleep(void);

/* What sleeps says so even when it needn't just now; a debug build's panic tells what forbids it.
 */
#if LIMEN_DEBUG
void assert_may_sleep(void);
#else
static inline void assert_may_sleep(void)
{
}
#endif

#endif
