/*
 * Heartbeats for the lock-up detectors: when each CPU was last seen at work.
 */
#ifndef LIMEN_CORE_WATCHDOG_H
#define LIMEN_CORE_WATCHDOG_H

#include "kernel/core/percpu.h"

/* cpu_clock_ns() of the last tick; UINT64_MAX while the CPU idles or has not begun. */
DECLARE_PER_CPU(uint64_t, percpu_heartbeat_ns);

/* A CPU that has not ticked, or a thread that has not let go of its CPU, for so long hangs. Set at
 * boot: 20 seconds, or what the command line's watchdog_thresh= says. */
extern uint64_t watchdog_stall_ns;

#endif
