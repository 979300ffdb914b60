/*
 * Conversions of time and use. See usage.h.
 */
#include "kernel/proc/usage.h"

#include "arch/api/memory.h"
#include "kernel/proc/timespec.h"

void usage_to_rusage(const struct process_usage *usage, struct rusage *to)
{
    *to = (struct rusage){
        .ru_utime = timeval_of_ns(usage->user_ns),
        .ru_stime = timeval_of_ns(usage->system_ns),
        .ru_maxrss = (long)(usage->peak_pages * (PAGE_SIZE / 1024)),
        .ru_minflt = (long)usage->faults,
        .ru_nvcsw = (long)usage->switches_voluntary,
        .ru_nivcsw = (long)usage->switches_involuntary,
    };
}
