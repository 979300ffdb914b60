/*
 * Reading the trace; see reader.h. Of each CPU's ring the next entry is at hand; the earliest of
 * them is the next of all. A ring's cursor stands behind the one at hand; what has been taken is
 * told by trace_buffer_start, which a taking reader moves with each entry that it gives out.
 *
 * Locking: trace_lock, but for what says otherwise.
 */
#include "kernel/trace/reader.h"

#include "kernel/core/atomic.h"
#include "kernel/core/percpu.h"
#include "kernel/mm/slab.h"
#include "kernel/trace/buffer.h"
#include "kernel/trace/event.h"

struct cpu_reader {
    struct trace_cursor cursor, end;
    struct trace_entry next;
    uint32_t lost; /* before next */
    bool has_next, has_begun;
};

struct trace_reader {
    bool takes;
    uint32_t generation; /* of the buffer that the cursors are of */
    uint32_t cpu_count;
    struct cpu_reader cpus[];
};

struct trace_reader *trace_reader_create(bool takes)
{
    uint32_t count = cpus_online();
    struct trace_reader *reader = kzalloc(sizeof(*reader) + count * sizeof(reader->cpus[0]));

    if (!reader)
        return NULL;
    reader->takes = takes;
    reader->cpu_count = count;
    mutex_lock(&trace_lock);
    trace_reader_rewind(reader);
    mutex_unlock(&trace_lock);
    return reader;
}

void trace_reader_free(struct trace_reader *reader)
{
    kfree(reader);
}

void trace_reader_rewind(struct trace_reader *reader)
{
    reader->generation = trace_buffer_generation;
    for (uint32_t cpu = 0; cpu < reader->cpu_count; cpu++) {
        struct cpu_reader *at = &reader->cpus[cpu];
        const struct trace_ring *ring = trace_buffer_ring(cpu);

        at->cursor = *trace_buffer_start(cpu);
        at->has_next = at->has_begun = false;
        if (ring) {
            trace_ring_begin(ring, &at->cursor);
            trace_ring_end(ring, &at->end);
        }
    }
}

/* Has the reader come to where the ring ended when it began? */
static bool is_at_end(const struct trace_reader *reader, const struct cpu_reader *at)
{
    return !reader->takes && (int32_t)(at->cursor.position - at->end.position) >= 0;
}

static bool fetch(struct trace_reader *reader, uint32_t cpu)
{
    struct cpu_reader *at = &reader->cpus[cpu];

    if (at->has_next || is_at_end(reader, at) ||
        !trace_ring_read(trace_buffer_ring(cpu), &at->cursor, &at->next, &at->lost))
        return at->has_next;
    if (!reader->takes && !at->has_begun)
        at->lost = 0; /* what was overwritten before it came, who takes nothing didn't lose */
    at->has_next = at->has_begun = true;
    return true;
}

/* Readers that take share one place. */
static void catch_up(struct trace_reader *reader)
{
    if (reader->generation != trace_buffer_generation)
        trace_reader_rewind(reader);
    for (uint32_t cpu = 0; cpu < reader->cpu_count && reader->takes; cpu++) {
        struct cpu_reader *at = &reader->cpus[cpu];
        const struct trace_cursor *start = trace_buffer_start(cpu);
        uint32_t number = at->has_next ? at->next.number - at->lost : at->cursor.number;

        if (number != start->number) {
            at->cursor = *start;
            at->has_next = false;
        }
    }
}

const struct trace_entry *trace_reader_next(struct trace_reader *reader, uint32_t *cpu,
                                            uint32_t *lost)
{
    struct cpu_reader *first = NULL;

    if (!trace_buffer_ring(0))
        return NULL;
    catch_up(reader);
    for (uint32_t i = 0; i < reader->cpu_count; i++) {
        struct cpu_reader *at = &reader->cpus[i];

        if (fetch(reader, i) && (!first || at->next.time_ns < first->next.time_ns)) {
            first = at;
            *cpu = i;
        }
    }
    if (!first)
        return NULL;
    *lost = first->lost;
    first->has_next = false;
    if (reader->takes)
        *trace_buffer_start(*cpu) = first->cursor;
    return &first->next;
}

bool trace_has_entries(void)
{
    uint32_t cpu;

    for_each_cpu (cpu, cpus_online_mask) {
        const struct trace_ring *ring = trace_buffer_ring(cpu);
        struct trace_cursor end;

        if (!ring)
            return false;
        trace_ring_end(ring, &end);
        if (end.number != READ_ONCE(trace_buffer_start(cpu)->number))
            return true;
    }
    return false;
}

void trace_count_entries(uint64_t *kept, uint64_t *written)
{
    uint32_t cpu;

    *kept = *written = 0;
    for_each_cpu (cpu, cpus_online_mask) {
        const struct trace_ring *ring = trace_buffer_ring(cpu);
        struct trace_cursor cursor = *trace_buffer_start(cpu), end;
        struct trace_entry entry;
        uint32_t lost;

        if (!ring)
            return;
        trace_ring_end(ring, &end);
        *written += end.number;
        if (end.number != cursor.number && trace_ring_read(ring, &cursor, &entry, &lost))
            *kept += end.number - entry.number;
    }
}
