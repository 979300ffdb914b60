/*
 * Time, in nanoseconds since boot (monotonic) and since 1970 (real).
 */
#ifndef LIMEN_CORE_CLOCK_H
#define LIMEN_CORE_CLOCK_H

#include "kernel/lib/types.h"

#define NSEC_PER_SEC 1000000000ul
#define NSEC_PER_MSEC 1000000ul
#define NSEC_PER_USEC 1000ul
#define USEC_PER_SEC 1000000ul
#define TICK_HZ 100 /* scheduler ticks a second on a busy CPU; also times(2)'s unit */

uint64_t clock_monotonic_ns(void); /* never goes back, equal on all CPUs up to their TSC's skew */
uint64_t clock_realtime_ns(void);
void clock_realtime_set_ns(uint64_t now_ns);

/* Boot: the clocks begin, with the CPU's counter measured. */
void clock_start(void);

/* The time of cpu_clock_ns() at which the monotonic clock shows monotonic_ns. */
uint64_t clock_cpu_ns(uint64_t monotonic_ns);

#endif
