/*
 * Spin locks, with preemption off while held. A lock that an interrupt handler takes must be taken
 * with spin_lock_irqsave everywhere else. They are not fair: locks that serve in order of arrival
 * stand still whenever the next in line is a virtual CPU that its host does not run.
 *
 * Ranks: a CPU that holds a lock may take only locks of a higher rank; equal ranks never nest, but
 * by spin_lock_nested (two locks of one kind, taken in address order). That interrupt handlers'
 * locks come last is part of the order: else one CPU's handler could wait for a lock whose holder
 * waits for what the handler interrupted. Debug builds panic on a violation, on unlocking a lock
 * that is not held and on taking one twice.
 */
#ifndef LIMEN_CORE_SPINLOCK_H
#define LIMEN_CORE_SPINLOCK_H

#include "kernel/lib/types.h"

/* Outermost first: mutexes, then spin locks. A rank has one meaning; add yours where it belongs. */
enum lock_rank {
    /* mutexes (kernel/sched/mutex.h) */
    RANK_VFS_RENAME = 1,
    RANK_FILE_POS,
    RANK_EPOLL_NEST,
    RANK_EPOLL,
    RANK_INODE,
    RANK_FILE_LOCK,
    RANK_PIPE,
    RANK_TTY,
    RANK_DEVICE,
    RANK_TRACE,
    RANK_OUT_OF_MEMORY,
    RANK_MM,
    RANK_PAGE_CACHE,
    /* spin locks of thread context */
    RANK_FILES,
    RANK_FS_LIST,
    RANK_FS,
    RANK_MOUNT,
    RANK_DENTRY,
    RANK_FILE,
    RANK_NOTIFY,
    RANK_FUTEX,
    RANK_PAGE_TABLE,
    RANK_VMALLOC,
    RANK_REGISTRY,
    /* spin locks that interrupt handlers take too: always with spin_lock_irqsave */
    RANK_IRQ_SAVING,
    RANK_PROCESS_TREE = RANK_IRQ_SAVING,
    RANK_PID,
    RANK_SIGHAND,
    RANK_TTY_INPUT,
    RANK_TIMER_FILE_LIST,
    RANK_TIMER_FILE,
    RANK_WAIT,
    RANK_EPOLL_READY,
    RANK_TIMER,
    RANK_CPU_TIME,
    RANK_RUN_QUEUE,
    RANK_SLAB,
    RANK_PAGE_FRAMES,
    RANK_IRQ,
    RANK_LOG,
    RANK_CONSOLE,
    RANK_LEAF, /* takes no other lock while held */
};

struct spinlock {
    uint32_t taken; /* 0 or 1; atomic */
    uint16_t rank;  /* enum lock_rank */
    uint16_t cpu;   /* holder + 1, 0 when free; debug builds only */
};

#define SPINLOCK_INIT(lock_rank) \
    {                            \
        .rank = (lock_rank)      \
    }

void spin_lock_init(struct spinlock *lock, enum lock_rank rank);
void spin_lock(struct spinlock *lock);
void spin_lock_nested(struct spinlock *lock); /* second lock of the same rank */
void spin_unlock(struct spinlock *lock);
bool spin_trylock(struct spinlock *lock);

/* With interrupts off while held; the flags go back to spin_unlock_irqrestore. */
unsigned long spin_lock_irqsave(struct spinlock *lock);
void spin_unlock_irqrestore(struct spinlock *lock, unsigned long flags);

bool spin_is_held(const struct spinlock *lock); /* by this CPU; always true in release builds */

#endif
