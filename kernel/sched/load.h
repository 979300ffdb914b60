/*
 * Load averages (proc(5), /proc/loadavg; sysinfo(2)).
 */
#ifndef LIMEN_SCHED_LOAD_H
#define LIMEN_SCHED_LOAD_H

#include "kernel/lib/types.h"

#define LOAD_SHIFT 11 /* fraction bits of a load average */

/* Of the last 1, 5 and 15 minutes. */
void load_averages(uint32_t averages[3]);

#endif
