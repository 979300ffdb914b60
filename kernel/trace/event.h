/*
 * The events, by index: those of kernel/core/tracepoints.tbl (enum trace_event), then two for each
 * system call's number, its beginning and its end. The id that files show is index + 1.
 *
 * Locking: who changes what is wanted holds trace_lock. The bytes that say so are atomic.
 */
#ifndef LIMEN_TRACE_EVENT_H
#define LIMEN_TRACE_EVENT_H

#include "kernel/core/tracepoint.h"
#include "kernel/sched/mutex.h"

struct trace_call_info;
struct trace_line;

struct trace_field {
    const char *name, *declaration;
    uint16_t offset, size;
    bool is_signed, is_array, is_string;
};

/* Of an event in tracepoints.tbl; gen/trace_events.c. */
struct trace_event_info {
    const char *system, *name;
    const struct trace_field *fields;
    unsigned field_count;
    const char *printing; /* format, and what is printed */
    void (*print)(struct trace_line *line, const struct trace_common *record);
};
extern const struct trace_event_info trace_events[TRACE_EVENTS];

/* Records of system calls' own events, as long as the call has arguments. */
struct trace_call_record {
    struct trace_common common;
    int32_t number, unused;
    unsigned long words[6]; /* the arguments, or the result */
};

extern struct mutex trace_lock; /* RANK_TRACE: all that is set and read through files */

#define TRACE_SYSTEMS_MAX 16u
#define TRACE_EVENT_NAME_MAX 64u

struct trace_event_name {
    const char *system;
    char text[TRACE_EVENT_NAME_MAX];
};

/* Who wants an event: bits of trace_wanted and of the calls' bytes. */
#define TRACE_TO_RING 0x1u
#define TRACE_TO_HIST 0x2u

unsigned trace_event_count(void);
/* False: there is none of that index, or it is not for choosing. */
bool trace_event_name(unsigned index, struct trace_event_name *name);
/* The fields behind the common ones, from 0 on; false: no more. */
bool trace_event_field(unsigned index, unsigned number, struct trace_field *field);
/* The call that an index from TRACE_EVENTS on is about. */
bool trace_event_call(unsigned index, struct trace_call_info *info, bool *is_exit);

static inline unsigned trace_event_id(unsigned index)
{
    return index + 1;
}

/* The systems, in the order of the table; NULL: no more. */
const char *trace_system_name(unsigned number);

/* Who wants an event; and that bits be set, or not. Under trace_lock; trace_events_apply makes all
 * that was changed take effect on every CPU. */
unsigned trace_event_wanted(unsigned index);
void trace_event_want(unsigned index, unsigned bit, bool on);
void trace_events_apply(void);

#endif
