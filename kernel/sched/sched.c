/*
 * The scheduler: one run queue per CPU, sorted by virtual run time; who has had the least goes
 * next.
 *
 * This file does so for all; what is special about real-time threads, which stand before all
 * others, is in policy.c.
 *
 * Virtual run time advances at a rate that depends on a thread's nice value: its weight. A thread
 * that wakes up is placed a little before the queue's slowest, so that sleepers are prompt, but
 * does not keep credit for a long sleep. A woken thread goes to an idle CPU if there is one. A CPU
 * that becomes idle, and a busy one now and then, takes a thread from a CPU that has more to do.
 *
 * Locking: a run queue's lock (RANK_RUN_QUEUE, interrupts off) guards the queue and, for the
 * threads that belong to it, state changes by others, on_queue, on_cpu, cpu. It is held over the
 * switch: taken by the thread that leaves, dropped by the one that arrives (switch_finish). A
 * thread is off its queue and owned by its waker between the moment that it is chosen to wake (its
 * state becomes RUNNABLE) and its being queued again.
 */
#include "kernel/abi/sched.h"
#include "arch/api/cpu.h"
#include "arch/api/smp.h"
#include "arch/api/upcalls.h"
#include "kernel/core/alloc.h"
#include "kernel/core/clock.h"
#include "kernel/core/panic.h"
#include "kernel/core/tracepoint.h"
#include "kernel/core/watchdog.h"
#include "kernel/lib/string.h"
#include "kernel/sched/run_queue.h"
#include "kernel/sched/thread.h"
#include "kernel/sched/timer.h"

#define SLICE_NS (NSEC_PER_SEC / TICK_HZ)
#define WAKE_CREDIT_NS (SLICE_NS / 2)
#define BALANCE_NS (5 * SLICE_NS)
#define STAY_NS (2 * SLICE_NS)

DEFINE_PER_CPU(struct run_queue, percpu_run_queue);

void (*sched_tick_hook)(void);

static struct run_queue *run_queue_here(void)
{
    return this_cpu_ptr(&percpu_run_queue);
}

static struct thread *thread_of(struct rb_node *node)
{
    return node ? rb_entry(node, struct thread, run_node) : NULL;
}

static bool runs_before(const struct rb_node *a, const struct rb_node *b)
{
    return rb_entry(a, struct thread, run_node)->vruntime_ns <
           rb_entry(b, struct thread, run_node)->vruntime_ns;
}

/* Books the time since the last booking on the running thread: as user's or system's, whatever its
 * last tick saw. The queue is locked. */
void run_queue_account(struct run_queue *queue)
{
    struct thread *thread = queue->running;
    uint64_t now = clock_monotonic_ns();
    uint64_t ran = now - queue->booked_ns;

    queue->booked_ns = now;
    if (thread == &queue->idle) {
        queue->times.idle_ns += ran;
        return;
    }
    if (thread->was_in_kernel) {
        thread->system_ns += ran;
        queue->times.system_ns += ran;
    } else {
        thread->user_ns += ran;
        *(thread->nice > 0 ? &queue->times.nice_ns : &queue->times.user_ns) += ran;
    }
    if (thread_is_real_time(thread))
        queue->real_time_ns += ran;
    else
        thread->vruntime_ns += ran * WEIGHT_NICE_0 / thread->weight;
}

void run_queue_insert(struct run_queue *queue, struct thread *thread)
{
    assert(thread->cpu == queue->cpu);
    rb_insert(&queue->tree, &thread->run_node, runs_before);
    thread->on_queue = true;
    queue->waiting++;
    queue->waiting_weight += thread->weight;
}

void run_queue_remove(struct run_queue *queue, struct thread *thread)
{
    rb_erase(&queue->tree, &thread->run_node);
    queue->waiting--;
    queue->waiting_weight -= thread->weight;
}

/* Makes a CPU give up its running thread soon. The queue is locked. */
void run_queue_resched(struct run_queue *queue)
{
    atomic_or(&queue->running->flags, TF_RESCHED);
    if (queue->cpu == cpu_id())
        this_cpu(percpu_need_resched) = 1;
    else
        smp_reschedule(queue->cpu);
}

void upcall_reschedule(void)
{
    if (atomic_load(&current->flags) & TF_RESCHED)
        this_cpu(percpu_need_resched) = 1;
}

/* The slowest virtual time on a queue: where newcomers are placed. */
uint64_t run_queue_floor_ns(struct run_queue *queue)
{
    struct thread *first = thread_of(rb_first(&queue->tree));
    uint64_t floor = queue->floor_ns;

    if (queue->running != &queue->idle)
        floor = max(floor, queue->running->vruntime_ns);
    if (first)
        floor = max(queue->floor_ns, min(floor, first->vruntime_ns));
    queue->floor_ns = floor;
    return floor;
}

/* A fair thread's place: a sleeper gets credit; a new thread, or one that comes from another queue,
 * does not. */
static uint64_t fair_place(struct run_queue *queue, const struct thread *thread, bool slept)
{
    uint64_t floor = run_queue_floor_ns(queue);

    return max(thread->vruntime_ns, slept ? floor - WAKE_CREDIT_NS : floor);
}

/* Puts a runnable thread on a queue, in its place, and preempts who stands behind. */
static void activate(struct run_queue *queue, struct thread *thread, bool slept)
{
    thread->vruntime_ns = thread_is_real_time(thread) ? real_time_last(queue, thread)
                                                      : fair_place(queue, thread, slept);
    run_queue_insert(queue, thread);
    if (queue->running == &queue->idle ||
        (thread->vruntime_ns < queue->running->vruntime_ns && thread->policy != SCHED_BATCH &&
         thread->policy != SCHED_IDLE))
        run_queue_resched(queue);
}

/* The CPU for a thread that wakes: where it was if that is idle, any idle one, the least loaded. */
static uint32_t cpu_choose(const struct thread *thread)
{
    cpumask_t allowed = thread->allowed & cpus_online_mask;
    uint32_t best = thread->cpu, best_load = UINT32_MAX, cpu;

    if (!allowed)
        allowed = cpus_online_mask;
    if (thread_is_real_time(thread))
        return real_time_cpu(thread, allowed);
    if ((allowed >> best & 1) && run_queue_load(run_queue_of(best)) == 0)
        return best;
    for_each_cpu (cpu, allowed) {
        uint32_t load = run_queue_load(run_queue_of(cpu)) * 2 + (cpu != thread->cpu);

        if (load < best_load) {
            best_load = load;
            best = cpu;
        }
    }
    return best;
}

/* Assigns a thread that is on no queue to a CPU; its queue is locked, or nobody knows it yet.
 * Virtual times of different queues have nothing to do with each other. */
static void assign(struct thread *thread, uint32_t cpu)
{
    if (thread->cpu != cpu) {
        thread->vruntime_ns = 0;
        thread->came_ns = clock_monotonic_ns();
    }
    atomic_store(&thread->cpu, cpu);
}

/* Queues a thread where it was assigned to. */
static void place(struct thread *thread, bool slept)
{
    struct run_queue *queue = run_queue_of(thread->cpu);
    unsigned long flags = spin_lock_irqsave(&queue->lock);

    activate(queue, thread, slept);
    spin_unlock_irqrestore(&queue->lock, flags);
}

struct run_queue *run_queue_lock(struct thread *thread, unsigned long *flags)
{
    for (;;) {
        uint32_t cpu = atomic_load(&thread->cpu);
        struct run_queue *queue = run_queue_of(cpu);

        *flags = spin_lock_irqsave(&queue->lock);
        if (atomic_load(&thread->cpu) == cpu)
            return queue;
        spin_unlock_irqrestore(&queue->lock, *flags);
    }
}

bool thread_wake(struct thread *thread, unsigned states)
{
    unsigned long flags;
    struct run_queue *queue = run_queue_lock(thread, &flags);
    uint32_t state = thread->state;
    bool wanted = (states >> state & 1) != 0;
    bool place_it = wanted && !thread->on_queue;

    if (wanted)
        atomic_store(&thread->state, THREAD_RUNNABLE);
    if (place_it) {
        queue->blocked -= state == THREAD_UNINTERRUPTIBLE;
        assert(!thread->on_cpu); /* its last CPU held the queue's lock until it was off its stack */
        assign(thread, cpu_choose(thread));
    }
    if (wanted)
        trace_sched_wakeup(thread->name, thread->tid, thread_priority_told(thread),
                           (int)thread->cpu);
    spin_unlock_irqrestore(&queue->lock, flags);
    if (place_it)
        place(thread, true);
    return wanted;
}

void thread_start(struct thread *thread)
{
    assert(thread->state == THREAD_RUNNABLE && !thread->on_queue);
    assign(thread, cpu_choose(thread));
    trace_sched_wakeup_new(thread->name, thread->tid, thread_priority_told(thread),
                           (int)thread->cpu);
    place(thread, false);
}

void thread_notify(struct thread *thread, uint32_t bits, unsigned states)
{
    unsigned long flags;
    struct run_queue *queue;

    atomic_or(&thread->flags, bits);
    if (thread_wake(thread, states))
        return;
    queue = run_queue_lock(thread, &flags);
    if (queue->running == thread && queue->cpu != cpu_id())
        smp_reschedule(queue->cpu); /* its way back to user mode sees the flags */
    spin_unlock_irqrestore(&queue->lock, flags);
}

/* How much there is to do on a queue. */
static uint32_t total_weight(const struct run_queue *queue)
{
    const struct thread *running = READ_ONCE(queue->running);

    return READ_ONCE(queue->waiting_weight) + (running == &queue->idle ? 0 : running->weight);
}

/* May a thread that waits on one queue be brought to another? If that one is then no fuller than
 * this was, and idle or it has been here for a while. So three hogs on two CPUs go round, and each
 * has a CPU alone in its turn: who came last is not the next to go. */
static bool may_move(const struct thread *thread, const struct run_queue *from,
                     const struct run_queue *to)
{
    uint32_t theirs = total_weight(to);

    return may_run_on(thread, to->cpu) && theirs + thread->weight <= total_weight(from) &&
           (theirs == 0 || clock_monotonic_ns() - thread->came_ns >= STAY_NS);
}

/* Takes a thread off its queue to bring it to another; NULL: there is none. */
static struct thread *take_from(struct run_queue *from, const struct run_queue *to)
{
    unsigned long flags = spin_lock_irqsave(&from->lock);
    struct rb_node *node = rb_first(&from->tree);
    struct thread *thread;

    while (node && !may_move(thread_of(node), from, to))
        node = rb_next(node);
    thread = thread_of(node);
    if (thread) {
        run_queue_remove(from, thread);
        thread->on_queue = false;
        assign(thread, to->cpu);
    }
    spin_unlock_irqrestore(&from->lock, flags);
    return thread;
}

/* Brings a thread here from a CPU that has more to do: the first such one behind this. True if
 * there was one. Preemption off. */
static bool balance(struct run_queue *here)
{
    uint32_t cpus = cpus_online(), i;

    for (i = 1; i < cpus; i++) {
        struct run_queue *from = run_queue_of((here->cpu + i) % cpus);
        struct thread *thread = READ_ONCE(from->waiting) == 0 ? NULL : take_from(from, here);

        if (thread) {
            here->pulled_ns = here->booked_ns;
            place(thread, false);
            return true;
        }
    }
    return false;
}

/* Unlocks the queue, and queues who may not stay on this CPU where it may run. */
static void queue_leave(struct run_queue *queue)
{
    struct thread *moved = queue->moved;

    queue->moved = NULL;
    spin_unlock(&queue->lock);
    if (moved)
        place(moved, false);
}

static void switch_finish(struct thread *prev)
{
    bool dead = prev->state == THREAD_DEAD && prev->owned_by_scheduler;

    atomic_store(&prev->on_cpu, false); /* from here on others may run or free it */
    queue_leave(run_queue_here());
    if (dead)
        thread_reap_later(prev);
}

void upcall_switched(struct thread *prev)
{
    switch_finish(prev);
    irq_enable();
}

/* Takes a runnable thread that is on no queue's tree away from this CPU. One at a time: its new
 * queue can't be locked before this one is left. */
static void queue_move(struct run_queue *queue, struct thread *thread)
{
    thread->on_queue = false;
    assign(thread, cpu_choose(thread));
    queue->moved = thread;
}

/* Takes the thread that goes next off the tree; idle: there is none. Who may no longer run here is
 * moved, or has to wait for the next time. */
static struct thread *queue_take(struct run_queue *queue)
{
    struct rb_node *node = queue->fair_first ? fair_first(queue) : NULL, *next;
    struct thread *thread;

    for (node = node ? node : rb_first(&queue->tree); node; node = next) {
        next = rb_next(node);
        thread = thread_of(node);
        if (may_run_on(thread, queue->cpu)) {
            run_queue_remove(queue, thread);
            return thread;
        }
        if (!queue->moved) {
            run_queue_remove(queue, thread);
            queue_move(queue, thread);
        }
    }
    return &queue->idle;
}

/* As Linux's tracepoint tells it: a bit, or 0; of who was preempted in the kernel, just that. */
static long state_told(const struct thread *thread, bool is_preempted)
{
    static const uint8_t bits[] = {[THREAD_RUNNABLE] = 0,
                                   [THREAD_INTERRUPTIBLE] = 0x1,
                                   [THREAD_UNINTERRUPTIBLE] = 0x2,
                                   [THREAD_STOPPED] = 0x4,
                                   [THREAD_DEAD] = 0x10};

    return is_preempted ? 0x100 : bits[thread->state];
}

/* Chooses the next thread and switches to it. Interrupts off; the queue is locked here. */
static void reschedule(bool is_preemption)
{
    struct run_queue *queue = run_queue_here();
    struct thread *prev = current, *next;

    spin_lock(&queue->lock);
    run_queue_account(queue);
    this_cpu(percpu_need_resched) = 0;
    atomic_and(&prev->flags, ~TF_RESCHED);
    queue->undue_ns = queue->booked_ns;

    if (prev != &queue->idle) {
        if (prev->state != THREAD_RUNNABLE) {
            prev->on_queue = false;
            queue->blocked += prev->state == THREAD_UNINTERRUPTIBLE;
        } else if (may_run_on(prev, queue->cpu) &&
                   !(thread_is_real_time(prev) && real_time_goes_elsewhere(queue, prev))) {
            run_queue_insert(queue, prev);
        } else {
            queue_move(queue, prev);
        }
    }
    next = queue_take(queue);
    if (next == prev) {
        queue_leave(queue);
        return;
    }
    (*(prev->state == THREAD_RUNNABLE ? &prev->switches_involuntary : &prev->switches_voluntary))++;
    queue->switches++;
    queue->running = next;
    next->on_cpu = true;
    timer_tick_wanted(next != &queue->idle);
    trace_sched_switch(prev->name, prev->tid, thread_priority_told(prev),
                       state_told(prev, is_preemption), next->name, next->tid,
                       thread_priority_told(next));
    switch_finish(arch_switch(prev, next));
}

void schedule(void)
{
    unsigned long flags = irq_save();

    assert(this_cpu(percpu_preempt_count) == 0);
    reschedule(false);
    irq_restore(flags);
}

/* Preemption in the kernel. A thread that was about to sleep stays runnable: its wait loop looks at
 * the condition once more. */
static void preempt_here(void)
{
    if (current == &run_queue_here()->idle)
        return; /* its loop looks for itself */
    atomic_store(&current->state, THREAD_RUNNABLE);
    reschedule(true);
}

void preempt_schedule(void)
{
    if (!irq_enabled())
        return;

    unsigned long flags = irq_save();

    if (this_cpu(percpu_preempt_count) == 0)
        preempt_here();
    irq_restore(flags);
}

void upcall_preempt(void)
{
    preempt_here();
}

void thread_set_state(enum thread_state state)
{
    (void)atomic_swap(&current->state, state); /* a full barrier before the condition is read */
}

void thread_yield(void)
{
    if (thread_go_last())
        schedule();
}

/* Every tick of a busy CPU: books time, ends slices, and looks for a thread that hogs the kernel.
 */
void sched_tick(const struct pt_regs *regs, bool from_user)
{
    struct run_queue *queue = run_queue_here();
    struct rb_node *first;

    spin_lock(&queue->lock);
    queue->running->was_in_kernel = !from_user;
    run_queue_account(queue);
    if (!this_cpu(percpu_need_resched))
        queue->undue_ns = queue->booked_ns;
    real_time_tick(queue);
    first = rb_first(&queue->tree);
    if (first && thread_of(first)->vruntime_ns < queue->running->vruntime_ns)
        run_queue_resched(queue);
    spin_unlock(&queue->lock);
    if (queue->booked_ns - queue->pulled_ns >= BALANCE_NS)
        (void)balance(queue);
    if (sched_tick_hook)
        sched_tick_hook();
    if (this_cpu(percpu_need_resched) && !from_user &&
        queue->booked_ns - queue->undue_ns > watchdog_stall_ns)
        panic_hang(regs, "CPU %u has not left the kernel code it is in for %lu seconds", queue->cpu,
                   watchdog_stall_ns / NSEC_PER_SEC);
}

void sched_cpu_init(uint32_t cpu)
{
    struct run_queue *queue = run_queue_of(cpu);

    assert(cpu == cpu_id());
    spin_lock_init(&queue->lock, RANK_RUN_QUEUE);
    queue->cpu = cpu;
    queue->booked_ns = queue->undue_ns = queue->period_ns = clock_monotonic_ns();
    queue->floor_ns = FAIR_FIRST;
    queue->running = &queue->idle;
    queue->idle.cpu = cpu;
    queue->idle.on_cpu = true;
    queue->idle.on_queue = true;
    queue->idle.vruntime_ns = UINT64_MAX;
    memcpy(queue->idle.name, "idle", 5);
    this_cpu(percpu_current) = &queue->idle;
}

void sched_idle(void)
{
    struct run_queue *queue = run_queue_here();

    for (;;) {
        irq_disable();
        if (queue->waiting != 0) {
            reschedule(false);
            irq_enable();
            continue;
        }
        irq_enable();
        if (balance(queue))
            continue;
        thread_reap();
        irq_disable();
        if (queue->waiting == 0) {
            this_cpu(percpu_heartbeat_ns) = UINT64_MAX;
            timer_idle();
            cpu_idle_wait();
            irq_disable();
            this_cpu(percpu_heartbeat_ns) = cpu_clock_ns();
        }
        irq_enable();
    }
}
