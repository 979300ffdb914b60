/*
 * The life of a thread as the scheduler sees it: born, sleeping by the clock, dead.
 */
#include "kernel/sched/thread.h"

#include "arch/api/cpu.h"
#include "kernel/abi/errno.h"
#include "kernel/core/alloc.h"
#include "kernel/core/clock.h"
#include "kernel/core/cred.h"
#include "kernel/core/panic.h"
#include "kernel/lib/string.h"
#include "kernel/sched/run_queue.h"
#include "kernel/sched/wait.h"

static struct list dead_threads = LIST_INIT(dead_threads);
static struct spinlock dead_lock = SPINLOCK_INIT(RANK_LEAF);

int thread_init(struct thread *thread, const char *name)
{
    int error = arch_thread_init(thread);

    if (error)
        return error;
    strlcpy(thread->name, name, sizeof(thread->name));
    thread->state = THREAD_RUNNABLE;
    thread->allowed = UINT64_MAX;
    thread->weight = WEIGHT_NICE_0;
    thread->cpu = cpu_id();
    thread->cred = &root_cred;
    return 0;
}

void thread_destroy(struct thread *thread)
{
    arch_thread_destroy(thread);
}

void thread_wait_off_cpu(struct thread *thread)
{
    while (atomic_load(&thread->on_cpu))
        cpu_relax();
}

struct thread *thread_create_kernel(void (*entry)(void *), void *argument, const char *name)
{
    struct thread *thread = memory_hooks->alloc(sizeof(*thread));

    if (!thread)
        return NULL;
    if (thread_init(thread, name) != 0) {
        memory_hooks->free(thread);
        return NULL;
    }
    thread->owned_by_scheduler = true;
    arch_thread_start_kernel(thread, entry, argument);
    thread_start(thread);
    return thread;
}

void thread_exit(void)
{
    irq_disable(); /* so that preemption can't revive it: see preempt_here */
    thread_set_state(THREAD_DEAD);
    schedule();
    panic("a dead thread runs");
}

void thread_reap_later(struct thread *thread)
{
    spin_lock(&dead_lock);
    list_add_tail(&dead_threads, &thread->reap_node);
    spin_unlock(&dead_lock);
}

void thread_reap(void)
{
    for (;;) {
        unsigned long flags = spin_lock_irqsave(&dead_lock);
        struct thread *thread = list_first_entry(&dead_threads, struct thread, reap_node);

        if (thread)
            list_del(&thread->reap_node);
        spin_unlock_irqrestore(&dead_lock, flags);
        if (!thread)
            return;
        thread_destroy(thread);
        memory_hooks->free(thread);
    }
}

static int sleep_until(uint64_t deadline_ns, int (*sleep)(enum thread_state, uint64_t))
{
    int error = 0;

    while (error == 0) {
        thread_set_state(THREAD_INTERRUPTIBLE);
        error = sleep(THREAD_INTERRUPTIBLE, deadline_ns);
    }
    thread_set_state(THREAD_RUNNABLE);
    return error == -ETIMEDOUT ? 0 : error;
}

int thread_sleep_until(uint64_t deadline_ns)
{
    return sleep_until(deadline_ns, wait_sleep);
}

int thread_sleep_until_real(uint64_t deadline_ns)
{
    return sleep_until(deadline_ns, wait_sleep_real);
}
