/*
 * Timers and the scheduler's tick, which share the one alarm of each CPU.
 *
 * A timer is armed on the CPU that starts it. A set's lock (RANK_TIMER, interrupts off) guards its
 * trees; the alarm and tick_ns belong to the CPU itself and are touched with interrupts off.
 */
#include "kernel/sched/timer.h"

#include "arch/api/cpu.h"
#include "arch/api/smp.h"
#include "arch/api/upcalls.h"
#include "kernel/core/atomic.h"
#include "kernel/core/panic.h"
#include "kernel/core/percpu.h"
#include "kernel/core/spinlock.h"
#include "kernel/core/watchdog.h"
#include "kernel/sched/run_queue.h"

#define TICK_NS (NSEC_PER_SEC / TICK_HZ)

struct timer_set {
    struct spinlock lock;
    struct rb_root tree, real_tree; /* by deadline of the monotonic and of the real clock */
    struct timer *expiring;         /* whose function runs now */
    uint64_t tick_ns;               /* when the next tick is due; UINT64_MAX: none wanted */
    uint64_t alarm_ns;              /* what the hardware is set to */
};

static DEFINE_PER_CPU(struct timer_set, percpu_timers) = {
    .lock = SPINLOCK_INIT(RANK_TIMER),
    .tick_ns = UINT64_MAX,
    .alarm_ns = UINT64_MAX,
};

static bool expires_before(const struct rb_node *a, const struct rb_node *b)
{
    return rb_entry(a, struct timer, node)->deadline_ns <
           rb_entry(b, struct timer, node)->deadline_ns;
}

static struct timer *first_of(struct rb_root *tree)
{
    struct rb_node *node = rb_first(tree);

    return node ? rb_entry(node, struct timer, node) : NULL;
}

static struct rb_root *tree_of(struct timer_set *set, const struct timer *timer)
{
    return timer->is_real ? &set->real_tree : &set->tree;
}

/* When the set's CPU is to be alarmed, by the monotonic clock. The set is locked, and this is its
 * CPU. 0 would mean that the alarm has fired. */
static uint64_t next_ns(struct timer_set *set)
{
    const struct timer *first = first_of(&set->tree), *first_real = first_of(&set->real_tree);
    uint64_t next = min(set->tick_ns, first ? first->deadline_ns : UINT64_MAX);
    uint64_t ahead_ns;

    if (first_real) {
        ahead_ns = clock_real_ahead_ns();
        next = min(next, first_real->deadline_ns - min(first_real->deadline_ns, ahead_ns));
    }
    return max(next, (uint64_t)1);
}

/* Sets this CPU's hardware. A timer that another CPU has just cancelled costs an early alarm.
 *
 * Without the set's lock: writing to the timer of an emulated CPU may give another CPU its turn
 * (QEMU's -icount), which would find the lock taken, and at the next tick, and at the next. */
static void alarm_set(struct timer_set *set, uint64_t deadline_ns)
{
    if (deadline_ns == set->alarm_ns)
        return;
    set->alarm_ns = deadline_ns;
    cpu_timer_arm(clock_cpu_ns(deadline_ns));
}

/* Sets this CPU's hardware to what comes first. Interrupts off. */
static void alarm_update(struct timer_set *set)
{
    uint64_t deadline_ns;

    spin_lock(&set->lock);
    deadline_ns = next_ns(set);
    spin_unlock(&set->lock);
    alarm_set(set, deadline_ns);
}

void timer_init(struct timer *timer, void (*expire)(struct timer *))
{
    *timer = (struct timer){.expire = expire};
}

static void timer_start_by(struct timer *timer, uint64_t deadline_ns, bool is_real)
{
    unsigned long flags;
    struct timer_set *set;
    uint64_t next;

    timer_cancel(timer);
    flags = irq_save();
    set = this_cpu_ptr(&percpu_timers);
    spin_lock(&set->lock);
    timer->deadline_ns = deadline_ns;
    timer->is_real = is_real;
    timer->cpu = cpu_id();
    timer->armed = true;
    rb_insert(tree_of(set, timer), &timer->node, expires_before);
    next = next_ns(set);
    spin_unlock(&set->lock);
    alarm_set(set, next);
    irq_restore(flags);
}

void timer_start(struct timer *timer, uint64_t deadline_ns)
{
    timer_start_by(timer, deadline_ns, false);
}

void timer_start_real(struct timer *timer, uint64_t deadline_ns)
{
    timer_start_by(timer, deadline_ns, true);
}

static void alarm_update_here(void *unused)
{
    unsigned long flags = irq_save();

    (void)unused;
    alarm_update(this_cpu_ptr(&percpu_timers));
    irq_restore(flags);
}

void timer_clock_was_set(void)
{
    preempt_disable();
    smp_call(cpus_online_mask, alarm_update_here, NULL);
    alarm_update_here(NULL);
    preempt_enable();
}

bool timer_cancel(struct timer *timer)
{
    struct timer_set *set = per_cpu_ptr(&percpu_timers, READ_ONCE(timer->cpu));
    unsigned long flags = spin_lock_irqsave(&set->lock);
    bool armed = timer->armed;

    if (armed) {
        rb_erase(tree_of(set, timer), &timer->node);
        timer->armed = false;
    }
    spin_unlock_irqrestore(&set->lock, flags);
    return armed;
}

bool timer_cancel_sync(struct timer *timer)
{
    bool armed = timer_cancel(timer);
    uint32_t cpu;

    /* It may have been started anew, on another CPU, while its function began to run. */
    for_each_cpu (cpu, cpus_online_mask)
        while (atomic_load(&per_cpu_ptr(&percpu_timers, cpu)->expiring) == timer)
            cpu_relax();
    return armed;
}

/* Calls the functions of all timers of a tree that are due. */
static void expire_due(struct timer_set *set, struct rb_root *tree, uint64_t now)
{
    struct timer *timer;

    spin_lock(&set->lock);
    while ((timer = first_of(tree)) != NULL && timer->deadline_ns <= now) {
        rb_erase(tree, &timer->node);
        timer->armed = false;
        atomic_store(&set->expiring, timer);
        spin_unlock(&set->lock);
        timer->expire(timer);
        spin_lock(&set->lock);
        atomic_store(&set->expiring, NULL);
    }
    spin_unlock(&set->lock);
}

void upcall_tick(const struct pt_regs *regs, bool from_user)
{
    struct timer_set *set = this_cpu_ptr(&percpu_timers);
    uint64_t now = clock_monotonic_ns();

    if (this_cpu(percpu_heartbeat_ns) != UINT64_MAX || set->tick_ns != UINT64_MAX)
        this_cpu(percpu_heartbeat_ns) = cpu_clock_ns();
    set->alarm_ns = 0; /* it has fired: whatever comes next must be set */
    expire_due(set, &set->tree, now);
    if (READ_ONCE(set->real_tree.top)) /* only this CPU adds to it */
        expire_due(set, &set->real_tree, now + clock_real_ahead_ns());
    if (now >= set->tick_ns) {
        set->tick_ns = now + TICK_NS;
        sched_tick(regs, from_user);
    }
    alarm_update(set);
}

void timer_tick_wanted(bool busy)
{
    struct timer_set *set = this_cpu_ptr(&percpu_timers);

    if (!busy || set->tick_ns != UINT64_MAX)
        return;
    set->tick_ns = clock_monotonic_ns() + TICK_NS;
    alarm_set(set, min(set->tick_ns, set->alarm_ns));
}

void timer_idle(void)
{
    struct timer_set *set = this_cpu_ptr(&percpu_timers);

    set->tick_ns = UINT64_MAX;
    alarm_update(set);
}
