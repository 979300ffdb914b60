/*
 * Tracing, as the system-call path sees it (kernel/syscall/dispatch.c): what tracepoints of calls
 * there are, and the two ends of a call of a thread whose calls are watched.
 *
 * In this folder: event.c says which events somebody wants, buffer.c keeps what they leave (one
 * kernel/lib/trace_ring per CPU), print.c makes text of it, reader.c puts the CPUs' entries in
 * order of time, hist.c counts instead of keeping, and tracefs.c, trace_file.c show it all at
 * /sys/kernel/tracing. docs/tracing.md is the manual.
 */
#ifndef LIMEN_TRACE_TRACE_H
#define LIMEN_TRACE_TRACE_H

#include "kernel/lib/types.h"

/* What a system call is named, and its arguments. */
struct trace_call_info {
    const char *name;
    unsigned argument_count;
    const char *const *types, *const *arguments;
};

/* Boot: the calls there are; `describe` is false for a number that none has. */
void trace_calls_register(unsigned count,
                          bool (*describe)(unsigned number, struct trace_call_info *));

/* When a call that is watched begins; 0: nobody asks how long it takes. */
uint64_t trace_call_begin(long number, const unsigned long *arguments);
void trace_call_end(long number, long result, uint64_t began_ns);

#endif
