/*
 * Scheduling policies (sched(7)) and what else others may change of a thread's place: its nice
 * value and the CPUs it may run on; and what they may ask.
 *
 * A run queue is one tree, and who is first in it goes next, whatever his policy. For that
 * vruntime_ns is a place there: of fair threads (SCHED_OTHER, SCHED_BATCH, SCHED_IDLE) it is
 * virtual run time, which begins at FAIR_FIRST; a real-time thread (SCHED_FIFO, SCHED_RR) stands
 * before them, those of a priority in the order in which they came:
 *
 *     63 (0)   55 ... 48            47 ... 0
 *              99 - its priority    its number in the row
 *
 * A real-time thread that doesn't sleep keeps all others from its CPU; so that a machine with one
 * can still be reached, each CPU gives 50 ms of a second to the fair ones that wait for it, as
 * Linux does.
 *
 * Locking: the run queue's lock.
 */
#include "arch/api/cpu.h"
#include "kernel/abi/sched.h"
#include "kernel/core/clock.h"
#include "kernel/core/panic.h"
#include "kernel/sched/run_queue.h"
#include "kernel/sched/thread.h"

#define PRIORITY_SHIFT 48
#define ROW_MIDDLE (1ull << (PRIORITY_SHIFT - 1))

#define WEIGHT_IDLE 3 /* of SCHED_IDLE; nice 19 has 16 */
/* Of real-time threads: more than any fair one's, so that those are brought to other CPUs. */
#define WEIGHT_REAL_TIME (100 * WEIGHT_NICE_0)

#define RR_TICKS (TICK_HZ / 10) /* SCHED_RR's turn: 100 ms */
#define PERIOD_NS NSEC_PER_SEC
#define PERIOD_REAL_TIME_NS (950 * NSEC_PER_MSEC)

/* Its part of the CPU compared with others': a step of nice is worth a quarter, as on Linux. */
static uint32_t policy_weight(const struct thread *thread)
{
    uint32_t weight = WEIGHT_NICE_0;
    int nice = thread->nice;

    if (thread_is_real_time(thread))
        return WEIGHT_REAL_TIME;
    if (thread->policy == SCHED_IDLE)
        return WEIGHT_IDLE;
    for (; nice > 0; nice--)
        weight -= weight / 5;
    for (; nice < 0; nice++)
        weight += weight / 4;
    return weight;
}

static uint64_t row_place(const struct thread *thread, uint64_t number)
{
    uint64_t row = REAL_TIME_PRIORITY_MAX - (uint64_t)thread->priority;

    return row << PRIORITY_SHIFT | number;
}

uint64_t real_time_last(struct run_queue *queue, const struct thread *thread)
{
    return row_place(thread, ROW_MIDDLE + queue->row_last++);
}

static uint64_t real_time_first(struct run_queue *queue, const struct thread *thread)
{
    return row_place(thread, ROW_MIDDLE - ++queue->row_first);
}

static struct thread *first_of(struct run_queue *queue)
{
    struct rb_node *node = rb_first(&queue->tree);

    return node ? rb_entry(node, struct thread, run_node) : NULL;
}

static struct thread *last_of(struct run_queue *queue)
{
    struct rb_node *node = rb_last(&queue->tree);

    return node ? rb_entry(node, struct thread, run_node) : NULL;
}

static bool fair_waits(struct run_queue *queue)
{
    struct thread *last = last_of(queue);

    return last && !thread_is_real_time(last);
}

/* SCHED_RR: after its turn, to the end of the row. */
static void turn_tick(struct run_queue *queue, struct thread *thread)
{
    if (thread->policy != SCHED_RR || ++thread->turn_ticks < RR_TICKS)
        return;
    thread->turn_ticks = 0;
    thread->vruntime_ns = real_time_last(queue, thread);
}

void real_time_tick(struct run_queue *queue)
{
    struct thread *running = queue->running;

    if (running != &queue->idle && thread_is_real_time(running))
        turn_tick(queue, running);
    if (queue->booked_ns - queue->period_ns >= PERIOD_NS) {
        queue->period_ns = queue->booked_ns;
        queue->real_time_ns = 0;
        queue->fair_first = false;
    } else if (queue->real_time_ns >= PERIOD_REAL_TIME_NS) {
        queue->fair_first = true;
    }
    if (queue->fair_first && thread_is_real_time(running) && fair_waits(queue))
        run_queue_resched(queue);
}

/* The fair thread that has had the least; NULL: none waits. */
struct rb_node *fair_first(struct run_queue *queue)
{
    struct rb_node *node = rb_first(&queue->tree);

    while (node && thread_is_real_time(rb_entry(node, struct thread, run_node)))
        node = rb_next(node);
    return node;
}

/* For whom a CPU would be given up: the larger, the sooner. */
static uint64_t place_to_beat(uint32_t cpu)
{
    const struct run_queue *queue = run_queue_of(cpu);
    const struct thread *running = READ_ONCE(queue->running);

    if (running == &queue->idle)
        return UINT64_MAX;
    return min(READ_ONCE(running->vruntime_ns), FAIR_FIRST);
}

uint32_t real_time_cpu(const struct thread *thread, cpumask_t allowed)
{
    uint32_t best = thread->cpu, cpu;
    uint64_t best_place = allowed >> best & 1 ? place_to_beat(best) : 0;

    for_each_cpu (cpu, allowed) {
        uint64_t place = place_to_beat(cpu);

        if (place > best_place) {
            best_place = place;
            best = cpu;
        }
    }
    return best;
}

bool real_time_goes_elsewhere(struct run_queue *queue, const struct thread *thread)
{
    struct thread *first = first_of(queue);
    cpumask_t others = thread->allowed & cpus_online_mask & ~(1ull << queue->cpu);
    uint32_t cpu;

    if (!first || first->vruntime_ns >= thread->vruntime_ns)
        return false;
    for_each_cpu (cpu, others)
        if (place_to_beat(cpu) > thread->vruntime_ns + (1ull << PRIORITY_SHIFT))
            return true;
    return false;
}

bool thread_go_last(void)
{
    unsigned long flags = irq_save();
    struct run_queue *queue = this_cpu_ptr(&percpu_run_queue);
    struct thread *last, *first;
    bool is_last;

    spin_lock(&queue->lock);
    run_queue_account(queue);
    first = first_of(queue);
    last = last_of(queue);
    if (thread_is_real_time(current))
        current->vruntime_ns = real_time_last(queue, current);
    else if (last)
        current->vruntime_ns = max(current->vruntime_ns, last->vruntime_ns);
    is_last = first && (first->vruntime_ns <= current->vruntime_ns);
    spin_unlock(&queue->lock);
    irq_restore(flags);
    return is_last;
}

/* --- Changes by others --- */

/* Where a thread stands that has a new policy or priority: raised, behind its equals; lowered,
 * before them; unchanged, where it was (sched(7)). */
static uint64_t place_after_change(struct run_queue *queue, const struct thread *thread,
                                   const struct thread_policy *old)
{
    if (!thread_is_real_time(thread))
        return old->priority == 0 ? thread->vruntime_ns : run_queue_floor_ns(queue);
    if (thread->priority == old->priority)
        return thread->vruntime_ns;
    return thread->priority > old->priority ? real_time_last(queue, thread)
                                            : real_time_first(queue, thread);
}

/* The queue is locked. */
static void policy_change(struct run_queue *queue, struct thread *thread,
                          const struct thread_policy *policy)
{
    struct thread_policy old = {.priority = thread->priority};
    bool runs = queue->running == thread, waits = thread->on_queue && !runs;
    struct thread *first;

    if (runs)
        run_queue_account(queue);
    if (waits)
        run_queue_remove(queue, thread);
    thread->policy = policy->policy;
    thread->priority = policy->priority;
    thread->nice = policy->nice;
    thread->resets_on_fork = policy->resets_on_fork;
    thread->weight = policy_weight(thread);
    thread->vruntime_ns = place_after_change(queue, thread, &old);
    if (waits)
        run_queue_insert(queue, thread);
    first = first_of(queue);
    if (first && first->vruntime_ns < queue->running->vruntime_ns)
        run_queue_resched(queue);
}

static struct thread_policy policy_of(const struct thread *thread)
{
    return (struct thread_policy){thread->policy, thread->priority, thread->nice,
                                  thread->resets_on_fork};
}

void thread_get_policy(struct thread *thread, struct thread_policy *policy)
{
    unsigned long flags;
    struct run_queue *queue = run_queue_lock(thread, &flags);

    *policy = policy_of(thread);
    spin_unlock_irqrestore(&queue->lock, flags);
}

void thread_set_policy(struct thread *thread, const struct thread_policy *policy)
{
    unsigned long flags;
    struct run_queue *queue = run_queue_lock(thread, &flags);

    policy_change(queue, thread, policy);
    spin_unlock_irqrestore(&queue->lock, flags);
}

void thread_set_nice(struct thread *thread, int nice)
{
    unsigned long flags;
    struct run_queue *queue = run_queue_lock(thread, &flags);
    struct thread_policy policy = policy_of(thread);

    policy.nice = nice;
    policy_change(queue, thread, &policy);
    spin_unlock_irqrestore(&queue->lock, flags);
}

void thread_inherit(struct thread *child)
{
    child->allowed = current->allowed;
    child->nice = current->nice;
    child->policy = current->policy;
    child->priority = current->priority;
    if (current->resets_on_fork) {
        child->nice = thread_is_real_time(current) ? 0 : max(current->nice, 0);
        child->policy = thread_is_real_time(current) ? SCHED_OTHER : current->policy;
        child->priority = 0;
    }
    child->weight = policy_weight(child);
}

void thread_set_allowed(struct thread *thread, cpumask_t allowed)
{
    unsigned long flags;
    struct run_queue *queue = run_queue_lock(thread, &flags);

    thread->allowed = allowed;
    if (thread->on_queue && !may_run_on(thread, queue->cpu))
        run_queue_resched(queue);
    spin_unlock_irqrestore(&queue->lock, flags);
    while (thread == current && !(READ_ONCE(thread->allowed) >> cpu_id() & 1))
        schedule();
}

/* --- Questions --- */

void thread_cpu_time(struct thread *thread, struct cpu_time *time)
{
    unsigned long flags;
    struct run_queue *queue = run_queue_lock(thread, &flags);

    if (queue->running == thread)
        run_queue_account(queue);
    *time = (struct cpu_time){thread->user_ns, thread->system_ns};
    spin_unlock_irqrestore(&queue->lock, flags);
}

bool thread_sleeps(struct thread *thread, uint64_t *switches)
{
    unsigned long flags;
    struct run_queue *queue = run_queue_lock(thread, &flags);
    bool sleeps = thread->state != THREAD_RUNNABLE && thread->state != THREAD_DEAD &&
                  !thread->on_queue && !thread->on_cpu;

    *switches = thread->switches_voluntary;
    spin_unlock_irqrestore(&queue->lock, flags);
    return sleeps;
}
