/*
 * Reading the trace: the entries of all CPUs, in order of their times.
 */
#ifndef LIMEN_TRACE_READER_H
#define LIMEN_TRACE_READER_H

#include "kernel/lib/trace_ring.h"
#include "kernel/lib/types.h"

struct trace_reader;

/* A reader that sees what nobody took, as of now (takes: all that comes, which is taken with it).
 * NULL: no memory. */
struct trace_reader *trace_reader_create(bool takes);
void trace_reader_free(struct trace_reader *reader);

/* From the beginning again. Under trace_lock. */
void trace_reader_rewind(struct trace_reader *reader);

/* An entry, valid until the next call; NULL: there is none now. *lost: so many of that CPU's were
 * overwritten before it. Under trace_lock. */
const struct trace_entry *trace_reader_next(struct trace_reader *reader, uint32_t *cpu,
                                            uint32_t *lost);

/* Is there anything that nobody took? Without lock: a hint. */
bool trace_has_entries(void);

/* Entries that are in the rings, not taken, and all that were written. Under trace_lock. */
void trace_count_entries(uint64_t *kept, uint64_t *written);

#endif
