/*
 * Timers that send signals: timer_create(2) and its kin, and setitimer(2)'s three, which are of the
 * same kind and part of their process.
 *
 * A timer that has fired stands still until its signal has been taken; only then it starts again,
 * and the periods that passed meanwhile are the signal's overrun. So a short interval costs a busy
 * or blocking process nothing. Its queue entry is part of it and waits at most once.
 *
 * A timer of real time is the scheduler's. One of its process's CPU time is looked at by the tick
 * of whichever CPU runs one of the process's threads, so it is late by up to a tick. One of another
 * process's or of one thread's looks for itself, not before its time can have come, and no oftener
 * than there are ticks.
 *
 * Locking: everything is the signal lock's (struct process.lock). A timer lives as long as it is on
 * its process's list; what expires looks for that under the lock.
 */
#ifndef LIMEN_PROC_POSIX_TIMER_H
#define LIMEN_PROC_POSIX_TIMER_H

#include "kernel/proc/signal.h"
#include "kernel/proc/task_clock.h"
#include "kernel/proc/timespec.h"
#include "kernel/sched/timer.h"

struct process;
struct task;

/* What a timer counts. */
enum timer_base {
    TIMER_MONOTONIC,
    TIMER_REAL,         /* an absolute point of the real clock, and periods from there */
    TIMER_PROCESS_CPU,  /* user and kernel time of all threads */
    TIMER_PROCESS_USER, /* user time of all threads */
    TIMER_TASK_CLOCK,   /* any other clock of CPU time */
};

#define ITIMER_COUNT 3 /* ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF */

struct posix_timer {
    struct list node; /* of process->timers; setitimer's are on none */
    struct process *process;
    struct task *target;     /* SIGEV_THREAD_ID: with a reference; NULL: the process */
    struct task_clock clock; /* TIMER_TASK_CLOCK */
    int id;
    enum timer_base base;
    bool is_realtime;   /* absolute points are those of CLOCK_REALTIME */
    bool sends_nothing; /* SIGEV_NONE */

    uint64_t deadline_ns; /* by its base; 0: disarmed. In the past: fired, the signal waits */
    uint64_t interval_ns; /* 0: fires once */
    int overrun;          /* of the signal that was taken last */
    struct timer timer;
    struct signal_entry entry;
};

/* timer_create(2): a disarmed timer of the running process; its number, which is also the value
 * that it sends if has_own_value. -EAGAIN (no memory, or RLIMIT_SIGPENDING), -EINVAL (the target is
 * no thread of the process). */
long posix_timer_create(int clock, const struct sigevent *event, bool has_own_value);
int posix_timer_delete(int id);

/* timer_settime(2): value_ns is a point of the timer's clock if is_absolute, else counts from now;
 * 0 disarms. `old` receives what was set before. -EINVAL: no such timer. */
int posix_timer_set(int id, bool is_absolute, const struct timer_setting *setting,
                    struct timer_setting *old);
int posix_timer_get(int id, struct timer_setting *setting);
int posix_timer_overrun(int id);

/* setitimer(2) on the running process; which: ITIMER_*. */
void itimer_set(int which, const struct timer_setting *setting, struct timer_setting *old);
void itimer_get(int which, struct timer_setting *setting);

/* The tick of a CPU that runs a thread of the process: fires what its CPU time has reached. */
void posix_timers_tick_locked(struct process *process);

/* A new process has none. */
void posix_timers_init(struct process *process);
/* exec ends those of timer_create, the end of the last thread all. */
void posix_timers_delete_all(struct process *process);
void posix_timers_end(struct process *process);

/* The entry has left its queue (under the lock): the timer goes on. info: what the receiver will
 * be told, to which the overrun is added; NULL: nobody received it. */
void posix_timer_taken(struct posix_timer *timer, struct siginfo *info);

#endif
