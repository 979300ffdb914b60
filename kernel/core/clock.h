/*
 * Time, in nanoseconds since boot (monotonic) and since 1970 (real).
 */
#ifndef LIMEN_CORE_CLOCK_H
#define LIMEN_CORE_CLOCK_H

#include "kernel/lib/clock.h"

extern struct clock_page clock_page;

uint64_t clock_monotonic_ns(void); /* never goes back, equal on all CPUs up to their TSC's skew */
uint64_t clock_realtime_ns(void);

/* What the real clock is ahead of the monotonic one. */
uint64_t clock_real_ahead_ns(void);

/* Sets the real clock, to a time or by some. -EINVAL: before the monotonic one, or too late. Timers
 * have to learn of it: timer_clock_was_set (kernel/sched/timer.h). */
int clock_realtime_set(uint64_t real_ns);
int clock_realtime_step(int64_t by_ns);

/* Boot: the clocks begin, with the CPU's counter measured. */
void clock_start(void);

/* The time of cpu_clock_ns() at which the monotonic clock shows monotonic_ns. */
uint64_t clock_cpu_ns(uint64_t monotonic_ns);

#endif
