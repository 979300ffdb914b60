/*
 * Counting events instead of keeping them: what a `hist` trigger asks for (Linux's
 * Documentation/trace/histogram.rst). The counts are exact: each event is counted where it happens,
 * or in `Dropped`.
 */
#ifndef LIMEN_TRACE_HIST_H
#define LIMEN_TRACE_HIST_H

#include "kernel/core/tracepoint.h"

/* Counts a record; with interrupts off, on the CPU where it happened. */
void trace_hist_add(unsigned index, const struct trace_common *record);

#endif
