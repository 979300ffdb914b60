/*
 * Tracepoints: places where the kernel tells what happens, to who wants to know. The events are
 * those of tracepoints.tbl; gen/tracepoints.h has for each of them
 *
 *     void trace_NAME(its fields);
 *
 * which costs a load and a branch that is predicted, unless somebody listens: kernel/trace, if it
 * has set the event's byte in trace_wanted. It is a macro: what isn't told isn't evaluated. A
 * tracepoint may stand anywhere: in the scheduler, with any locks held, in interrupts. So listening
 * takes no lock, touches no user memory, wakes nobody.
 */
#ifndef LIMEN_CORE_TRACEPOINT_H
#define LIMEN_CORE_TRACEPOINT_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

/* How each record begins; as Linux's `format` files have it. */
struct trace_common {
    uint16_t type;
    uint8_t flags, preempt_count;
    int32_t pid;
};

/* With the NUL: text in records is cut to this. */
#define TRACE_STRING_MAX 256u

/* A `string` field: where in the record it is, and how long with its NUL. */
#define TRACE_STRING(offset, size) ((uint32_t)(offset) | (uint32_t)(size) << 16)

/* contention_begin's flags (Linux's LCB_F_*). */
#define CONTENTION_SPIN 0x01u
#define CONTENTION_MUTEX 0x20u

/* By enum trace_event: not 0 as long as somebody listens. Written by kernel/trace, atomic. */
extern uint8_t trace_wanted[];

/* Hook, filled by kernel/trace before it sets a byte: `record` is the event's, with room for
 * what it adds to the common fields. */
extern void (*trace_listener)(unsigned event, struct trace_common *record, size_t size);

static inline bool trace_is_wanted(unsigned event)
{
    return unlikely(__atomic_load_n(&trace_wanted[event], __ATOMIC_RELAXED) != 0);
}

/* For gen/tracepoints.c: a field's text into `size` bytes, the rest 0; and into a string behind a
 * record of `offset` bytes, which gives the field. */
void trace_copy_text(char *to, size_t size, const char *text);
uint32_t trace_add_string(void *record, size_t offset, const char *text);

#include "gen/tracepoints.h"

#endif
