/*
 * What all run queues together have counted: for /proc/stat, load averages, sysinfo(2).
 *
 * Locking: a CPU's times are read under its queue's lock; single words as they are.
 */
#include "kernel/core/clock.h"
#include "kernel/sched/run_queue.h"
#include "kernel/sched/thread.h"

void sched_cpu_times(uint32_t cpu, struct cpu_times *times)
{
    struct run_queue *queue = run_queue_of(cpu);
    unsigned long flags = spin_lock_irqsave(&queue->lock);

    *times = queue->times;
    if (queue->running == &queue->idle) /* it has no ticks, and books when it ends */
        times->idle_ns += clock_monotonic_ns() - queue->booked_ns;
    spin_unlock_irqrestore(&queue->lock, flags);
}

uint32_t sched_runnable_count(void)
{
    uint32_t sum = 0, cpu;

    for_each_cpu (cpu, cpus_online_mask)
        sum += run_queue_load(run_queue_of(cpu));
    return sum;
}

uint32_t sched_blocked_count(void)
{
    uint32_t sum = 0, cpu;

    for_each_cpu (cpu, cpus_online_mask)
        sum += READ_ONCE(run_queue_of(cpu)->blocked);
    return sum;
}

uint64_t sched_switch_count(void)
{
    uint64_t sum = 0;
    uint32_t cpu;

    for_each_cpu (cpu, cpus_online_mask)
        sum += READ_ONCE(run_queue_of(cpu)->switches);
    return sum;
}
