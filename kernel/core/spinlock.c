/*
 * Spin locks, and in debug builds the checks that come with them.
 */
#include "kernel/core/spinlock.h"

#include "arch/api/cpu.h"
#include "kernel/core/atomic.h"
#include "kernel/core/kallsyms.h"
#include "kernel/core/panic.h"
#include "kernel/core/perturb.h"
#include "kernel/core/preempt.h"
#include "kernel/core/tracepoint.h"

#define CALLER __builtin_return_address(0)

#if LIMEN_DEBUG

#define HELD_MAX 16
#define SLEEP_ERROR "sleeping, or what may sleep, is not allowed here\n"
#define HELD_HINT "\nhint: taken by %s at %s:%u"

struct held_locks {
    uint32_t count;
    struct spinlock *locks[HELD_MAX];
    uintptr_t callers[HELD_MAX]; /* where each was taken */
};

static DEFINE_PER_CPU(struct held_locks, percpu_held);

struct held_place {
    const char *function, *file;
    unsigned line;
};

/* The source line that took the lock. */
static struct held_place held_place(const struct held_locks *held, uint32_t i)
{
    struct kallsyms_location where;

    if (!kallsyms_lookup(held->callers[i] - 1, &where) || !where.file)
        return (struct held_place){"?", "?", 0};
    return (struct held_place){where.name, where.file, where.line};
}

void assert_may_sleep(void)
{
    const struct held_locks *held = this_cpu_ptr(&percpu_held);

    if (may_sleep() || panic_in_progress())
        return;
    if (held->count > 0) {
        struct held_place place = held_place(held, held->count - 1);

        panic(SLEEP_ERROR "hint: a spin lock is held, taken by %s at %s:%u", place.function,
              place.file, place.line);
    }
    panic(SLEEP_ERROR "hint: %s",
          irq_enabled() ? "preemption is off: preempt_disable, or an interrupt's handler"
                        : "interrupts are off");
}

/* Before waiting for a lock: would it be out of order? Interrupts may come in between, but they
 * leave the list as they found it. */
static void check_order(const struct spinlock *lock, bool nested)
{
    const struct held_locks *held = this_cpu_ptr(&percpu_held);

    if (lock->rank >= RANK_IRQ_SAVING && irq_enabled() && !panic_in_progress())
        panic("spin lock of rank %u taken with interrupts on\n"
              "hint: interrupt handlers take it too: spin_lock_irqsave",
              lock->rank);
    for (uint32_t i = 0; i < held->count; i++) {
        const struct spinlock *other = held->locks[i];
        struct held_place place;

        if (other != lock && (other->rank < lock->rank || (other->rank == lock->rank && nested)))
            continue;
        if (panic_in_progress())
            return;
        place = held_place(held, i);
        if (other == lock)
            panic("spin lock %p (rank %u) taken twice" HELD_HINT, (const void *)lock, lock->rank,
                  place.function, place.file, place.line);
        panic("lock order: rank %u taken while rank %u is held" HELD_HINT, lock->rank, other->rank,
              place.function, place.file, place.line);
    }
}

static void note_taken(struct spinlock *lock, void *caller)
{
    struct held_locks *held;
    unsigned long flags = irq_save();

    held = this_cpu_ptr(&percpu_held);
    if (held->count == HELD_MAX && !panic_in_progress())
        panic("more than %d spin locks held", HELD_MAX);
    if (held->count < HELD_MAX) {
        held->callers[held->count] = (uintptr_t)caller;
        held->locks[held->count++] = lock;
    }
    lock->cpu = (uint16_t)(cpu_id() + 1);
    irq_restore(flags);
}

static void note_released(struct spinlock *lock)
{
    struct held_locks *held;
    unsigned long flags = irq_save();
    uint32_t i;

    held = this_cpu_ptr(&percpu_held);
    for (i = held->count; i > 0 && held->locks[i - 1] != lock; i--)
        ;
    if (i == 0 && !panic_in_progress())
        panic("spin lock %p (rank %u) released but not held", (void *)lock, lock->rank);
    for (; i > 0 && i < held->count; i++) {
        held->locks[i - 1] = held->locks[i];
        held->callers[i - 1] = held->callers[i];
    }
    held->count--;
    lock->cpu = 0;
    irq_restore(flags);
}

bool spin_is_held(const struct spinlock *lock)
{
    return lock->cpu == cpu_id() + 1;
}

#else

static void check_order(const struct spinlock *lock, bool nested)
{
    (void)lock;
    (void)nested;
}

static void note_taken(struct spinlock *lock, void *caller)
{
    (void)lock;
    (void)caller;
}

static void note_released(struct spinlock *lock)
{
    (void)lock;
}

bool spin_is_held(const struct spinlock *lock)
{
    (void)lock;
    return true;
}

#endif

void spin_lock_init(struct spinlock *lock, enum lock_rank rank)
{
    *lock = (struct spinlock)SPINLOCK_INIT(rank);
}

static inline bool try_take(struct spinlock *lock)
{
    return atomic_swap(&lock->taken, 1) == 0;
}

static void __noinline wait_and_take(struct spinlock *lock)
{
    trace_contention_begin(lock, CONTENTION_SPIN);
    do {
        cpu_relax();
        if (panic_in_progress())
            return; /* the holder may have been stopped: a panic goes on without locks */
    } while (atomic_load(&lock->taken) != 0 || !try_take(lock));
    trace_contention_end(lock, 0);
}

static inline void acquire(struct spinlock *lock, bool nested, void *caller)
{
    preempt_disable();
    check_order(lock, nested);
    if (unlikely(!try_take(lock)))
        wait_and_take(lock);
    note_taken(lock, caller);
    perturb_here(); /* others come while it is held */
}

static inline void release(struct spinlock *lock)
{
    note_released(lock);
    atomic_store(&lock->taken, 0);
}

void spin_lock(struct spinlock *lock)
{
    perturb_here();
    acquire(lock, false, CALLER);
}

void spin_lock_nested(struct spinlock *lock)
{
    acquire(lock, true, CALLER);
}

void spin_unlock(struct spinlock *lock)
{
    release(lock);
    preempt_enable();
    perturb_here();
}

bool spin_trylock(struct spinlock *lock)
{
    preempt_disable();
    if (!try_take(lock)) {
        preempt_enable();
        return false;
    }
    note_taken(lock, CALLER);
    return true;
}

unsigned long spin_lock_irqsave(struct spinlock *lock)
{
    unsigned long flags;

    perturb_here();
    flags = irq_save();
    acquire(lock, false, CALLER);
    return flags;
}

/* Interrupts first, so that a reschedule that waited for this moment finds them on. */
void spin_unlock_irqrestore(struct spinlock *lock, unsigned long flags)
{
    release(lock);
    irq_restore(flags);
    preempt_enable();
    perturb_here();
}
