/*
 * Spin locks, and in debug builds the checks that come with them.
 */
#include "kernel/core/spinlock.h"

#include "arch/api/cpu.h"
#include "kernel/core/atomic.h"
#include "kernel/core/panic.h"
#include "kernel/core/perturb.h"
#include "kernel/core/preempt.h"

#if LIMEN_DEBUG

#define HELD_MAX 16

struct held_locks {
    uint32_t count;
    struct spinlock *locks[HELD_MAX];
};

static DEFINE_PER_CPU(struct held_locks, percpu_held);

/* Before waiting for a lock: would it be out of order? Interrupts may come in between, but they
 * leave the list as they found it. */
static void check_order(const struct spinlock *lock, bool nested)
{
    const struct held_locks *held = this_cpu_ptr(&percpu_held);

    if (lock->rank >= RANK_IRQ_SAVING && irq_enabled() && !panic_in_progress())
        panic("spin lock of rank %u taken with interrupts on", lock->rank);
    for (uint32_t i = 0; i < held->count; i++) {
        const struct spinlock *other = held->locks[i];

        if (panic_in_progress())
            return;
        if (other == lock)
            panic("spin lock %p (rank %u) taken twice", (const void *)lock, lock->rank);
        if (other->rank > lock->rank || (other->rank == lock->rank && !nested))
            panic("lock order: rank %u taken while rank %u is held", lock->rank, other->rank);
    }
}

static void note_taken(struct spinlock *lock)
{
    struct held_locks *held;
    unsigned long flags = irq_save();

    held = this_cpu_ptr(&percpu_held);
    if (held->count == HELD_MAX && !panic_in_progress())
        panic("more than %d spin locks held", HELD_MAX);
    if (held->count < HELD_MAX)
        held->locks[held->count++] = lock;
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
    for (; i > 0 && i < held->count; i++)
        held->locks[i - 1] = held->locks[i];
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

static void note_taken(struct spinlock *lock)
{
    (void)lock;
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
    do {
        cpu_relax();
        if (panic_in_progress())
            return; /* the holder may have been stopped: a panic goes on without locks */
    } while (atomic_load(&lock->taken) != 0 || !try_take(lock));
}

static inline void acquire(struct spinlock *lock, bool nested)
{
    preempt_disable();
    check_order(lock, nested);
    if (unlikely(!try_take(lock)))
        wait_and_take(lock);
    note_taken(lock);
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
    acquire(lock, false);
}

void spin_lock_nested(struct spinlock *lock)
{
    acquire(lock, true);
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
    note_taken(lock);
    return true;
}

unsigned long spin_lock_irqsave(struct spinlock *lock)
{
    unsigned long flags;

    perturb_here();
    flags = irq_save();
    acquire(lock, false);
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
