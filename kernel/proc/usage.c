/*
 * Conversions of time and use. See usage.h.
 */
#include "kernel/proc/usage.h"

static struct timeval timeval_of_ns(uint64_t ns)
{
    return (struct timeval){
        .tv_sec = (long)(ns / NSEC_PER_SEC),
        .tv_usec = (long)(ns % NSEC_PER_SEC / NSEC_PER_USEC),
    };
}

void usage_to_rusage(const struct process_usage *usage, struct rusage *to)
{
    *to = (struct rusage){
        .ru_utime = timeval_of_ns(usage->user_ns),
        .ru_stime = timeval_of_ns(usage->system_ns),
        .ru_nvcsw = (long)usage->switches_voluntary,
        .ru_nivcsw = (long)usage->switches_involuntary,
    };
}
