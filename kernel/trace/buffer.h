/*
 * What the events leave: one ring per CPU, made when it is first needed.
 */
#ifndef LIMEN_TRACE_BUFFER_H
#define LIMEN_TRACE_BUFFER_H

#include "kernel/core/tracepoint.h"
#include "kernel/lib/trace_ring.h"
#include "kernel/sched/thread.h"

/* An entry's words: who, then the event's record. */
struct trace_content {
    char comm[THREAD_NAME_MAX];
    union {
        struct trace_common common;
        uint64_t words[TRACE_ENTRY_WORDS - THREAD_NAME_MAX / 8];
    };
};
static_assert(sizeof(struct trace_content) == TRACE_ENTRY_WORDS * 8, "it fills the entry");

/* Gives a record to who wants it (TRACE_TO_*). From any context. */
void trace_record(unsigned index, unsigned wanted, struct trace_common *record, size_t size);

/* trace_marker: 0, -EBADF while recording is off, -ENOMEM. Takes trace_lock. */
int trace_mark(const char *text);

/* When this returns, nobody is in trace_record any more who began before. May sleep. */
void trace_writers_wait(void);

/*
 * The rest is under trace_lock.
 */

/* The rings are there from here on: 0 or -ENOMEM. */
int trace_buffer_make(void);
/* KiB of each CPU's: rounded up to a power of two. What was in them is gone. -EINVAL, -ENOMEM. */
int trace_buffer_resize(uint64_t kib);
uint64_t trace_buffer_kib(void);
/* Changes whenever what cursors point into goes. */
extern uint32_t trace_buffer_generation;
/* CPU's ring; NULL: not yet. And the place of the first entry that nobody took. */
const struct trace_ring *trace_buffer_ring(uint32_t cpu);
struct trace_cursor *trace_buffer_start(uint32_t cpu);
void trace_buffer_clear(void);

/* tracing_on: are records kept? Atomic. */
extern bool trace_is_on;

#endif
