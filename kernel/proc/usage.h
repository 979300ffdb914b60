/*
 * Time and use in the forms that user space gets them (getrusage(2), times(2)).
 */
#ifndef LIMEN_PROC_USAGE_H
#define LIMEN_PROC_USAGE_H

#include "kernel/abi/resource.h"
#include "kernel/proc/process.h"

/* What there is nothing of to count (major faults, blocks of disks) is 0. */
void usage_to_rusage(const struct process_usage *usage, struct rusage *to);

#endif
