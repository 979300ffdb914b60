/*
 * Preemption state of each CPU.
 */
#include "kernel/core/preempt.h"

#include "arch/api/cpu.h"

DEFINE_PER_CPU(uint32_t, percpu_preempt_count);
DEFINE_PER_CPU(uint32_t, percpu_need_resched);

bool may_sleep(void)
{
    return this_cpu(percpu_preempt_count) == 0 && irq_enabled();
}
