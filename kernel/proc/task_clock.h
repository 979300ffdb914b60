/*
 * Clocks of CPU time: one's own, and others' (clock_getcpuclockid(3), pthread_getcpuclockid(3)) by
 * a negative number, which is made of the complement of the process's or thread's and what is
 * counted.
 */
#ifndef LIMEN_PROC_TASK_CLOCK_H
#define LIMEN_PROC_TASK_CLOCK_H

#include "kernel/abi/types.h"
#include "kernel/lib/types.h"

struct process;
struct task;

struct task_clock {
    struct process *process; /* with a reference */
    struct task *task;       /* the thread, with a reference; NULL: all of the process */
    bool is_user;            /* counts time in user mode only */
    bool is_fine;            /* is said to count nanoseconds, not ticks */
};

/* What a number stands for, whether or not there is such a process. */
bool clock_is_cpu_time(clockid_t clock);
bool clock_is_device(clockid_t clock); /* by a descriptor; there are none */
bool clock_is_alarm(clockid_t clock);  /* would wake the machine up, had it such a clock */
bool clock_is_own_thread(clockid_t clock);

/* Finds a clock of CPU time: 0 or -EINVAL (none, or a thread of another process). When it is only
 * to be read, the running thread's number names its process as well. */
int task_clock_get(clockid_t clock, bool to_read, struct task_clock *out);
void task_clock_put(struct task_clock *clock);

uint64_t task_clock_ns(const struct task_clock *clock);

/* The point of the monotonic clock at which to look again whether the clock shows point_ns: it goes
 * no faster than all CPUs together. WAIT_FOREVER: it has stopped for good. */
uint64_t task_clock_look_ns(const struct task_clock *clock, uint64_t point_ns);

#endif
