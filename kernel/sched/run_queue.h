/*
 * A CPU's run queue. Shared by the files of kernel/sched only.
 */
#ifndef LIMEN_SCHED_RUN_QUEUE_H
#define LIMEN_SCHED_RUN_QUEUE_H

#include "kernel/sched/thread.h"

#define WEIGHT_NICE_0 1024 /* of a thread at nice 0; 16 to 86000 are possible */

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
    uint64_t switched_ns;   /* when schedule() last ran here */
    struct cpu_times times;
    uint64_t switches;
    uint32_t blocked;   /* threads that fell into uninterruptible sleep here */
    uint64_t pulled_ns; /* when a thread of another CPU was last brought here */
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

/* Puts the running thread behind all that wait for its CPU, to be chosen after them; false: nobody
 * waits. */
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
