/*
 * A CPU's run queue. Shared by the files of kernel/sched only.
 */
#ifndef LIMEN_SCHED_RUN_QUEUE_H
#define LIMEN_SCHED_RUN_QUEUE_H

#include "kernel/sched/thread.h"

#define WEIGHT_NICE_0 1024 /* of a thread at nice 0; 3 to 102400 are possible */

#define FAIR_FIRST (1ull << 56) /* where virtual run time begins; below are real-time threads */

struct run_queue {
    struct spinlock lock; /* RANK_RUN_QUEUE; guards all below */
    uint32_t cpu;
    uint32_t waiting; /* threads in the tree */
    uint32_t waiting_weight;
    struct rb_root tree;    /* by vruntime_ns; without the running thread */
    struct thread *running; /* never NULL */
    struct thread *moved;   /* may not run here; queued elsewhere when the lock is dropped */
    struct thread idle;     /* runs when nobody else does; on no tree */
    uint64_t floor_ns;      /* virtual time that newcomers start from; only grows */
    uint64_t booked_ns;     /* up to here run time is booked */
    uint64_t undue_ns;      /* when no reschedule was due, last time that was looked at */
    struct cpu_times times;
    uint64_t switches;
    uint32_t blocked;   /* threads that fell into uninterruptible sleep here */
    uint64_t pulled_ns; /* when a thread of another CPU was last brought here */

    /* Real-time threads (policy.c) */
    uint64_t row_first,
        row_last;          /* how many places were given before the row's middle and from it */
    uint64_t period_ns;    /* when the second began in which their time is counted */
    uint64_t real_time_ns; /* what they had of it */
    bool fair_first;       /* they have had enough of it */
};

DECLARE_PER_CPU(struct run_queue, percpu_run_queue);

static inline struct run_queue *run_queue_of(uint32_t cpu)
{
    return per_cpu_ptr(&percpu_run_queue, cpu);
}

static inline uint32_t run_queue_load(const struct run_queue *queue)
{
    return READ_ONCE(queue->waiting) + (READ_ONCE(queue->running) != &queue->idle);
}

static inline bool may_run_on(const struct thread *thread, uint32_t cpu)
{
    return (thread->allowed >> cpu & 1) != 0;
}

/* Locks the queue that a thread belongs to, which may change while we wait for the lock. */
struct run_queue *run_queue_lock(struct thread *thread, unsigned long *flags);

/* On a locked queue. Books the time since the last booking on the running thread. */
void run_queue_account(struct run_queue *queue);
/* Puts a thread into the tree, in its place; takes it out. */
void run_queue_insert(struct run_queue *queue, struct thread *thread);
void run_queue_remove(struct run_queue *queue, struct thread *thread);
/* Makes its CPU give up its running thread soon. */
void run_queue_resched(struct run_queue *queue);
/* The virtual time at which newcomers are placed. */
uint64_t run_queue_floor_ns(struct run_queue *queue);

/* Real-time threads (policy.c), on a locked queue. The place behind all of the same priority. */
uint64_t real_time_last(struct run_queue *queue, const struct thread *thread);
/* A tick: turns end, and so does what they may have of a second. */
void real_time_tick(struct run_queue *queue);
/* The fair thread that has had the least; NULL: none waits. */
struct rb_node *fair_first(struct run_queue *queue);
/* The CPU for one that wakes: an idle one, one that runs a fair thread, the least urgent. */
uint32_t real_time_cpu(const struct thread *thread, cpumask_t allowed);
/* Is there a CPU with less urgent things to do than this one, which has more urgent ones? */
bool real_time_goes_elsewhere(struct run_queue *queue, const struct thread *thread);

/* Puts the running thread behind all that wait for its CPU, a real-time one behind its equals, to
 * be chosen after them; false: nobody goes first. */
bool thread_go_last(void);

/* The tick of a busy CPU (timer.c -> sched.c), preemption off. regs: what it interrupted. */
void sched_tick(const struct pt_regs *regs, bool from_user);

/* What sched.c asks of timer.c, on its own CPU, interrupts off: whether the tick is needed. */
void timer_tick_wanted(bool busy);
void timer_idle(void);

/* Dead kernel threads (thread.c): put aside when switched away from, freed by the idle loop. */
void thread_reap_later(struct thread *thread);
void thread_reap(void);

#endif
