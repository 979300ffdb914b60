/*
 * The text of an entry; see print.h. What an entry says was written by the kernel: its fields are
 * believed.
 */
#include "kernel/trace/print.h"

#include "kernel/core/clock.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"
#include "kernel/trace/buffer.h"
#include "kernel/trace/event.h"
#include "kernel/trace/trace.h"

void trace_line_begin(struct trace_line *line)
{
    line->length = 0;
}

void trace_line_printf(struct trace_line *line, const char *fmt, ...)
{
    size_t room = sizeof(line->text) - line->length;
    va_list args;

    va_start(args, fmt);
    line->length += min(format_va(line->text + line->length, room, fmt, args), room - 1);
    va_end(args);
}

void trace_line_end(struct trace_line *line)
{
    if (line->length == sizeof(line->text) - 1)
        line->length--;
    if (line->length == 0 || line->text[line->length - 1] != '\n')
        line->text[line->length++] = '\n';
}

const char *trace_flag_names(struct trace_line *line, unsigned long value, const char *between,
                             const struct trace_symbol *symbols)
{
    size_t size = sizeof(line->names), used = 0;

    line->names[0] = '\0';
    for (; symbols->name; symbols++) {
        if (!(value & symbols->value) || used >= size)
            continue;
        used += format_string(line->names + used, size - used, "%s%s", used ? between : "",
                              symbols->name);
        value &= ~symbols->value;
    }
    if (value != 0 && used < size)
        format_string(line->names + used, size - used, "%s0x%lx", used ? between : "", value);
    return line->names;
}

static void call_print(struct trace_line *line, unsigned index, const struct trace_common *common)
{
    const struct trace_call_record *record = (const struct trace_call_record *)common;
    struct trace_call_info info;
    bool is_exit;

    if (!trace_event_call(index, &info, &is_exit))
        return;
    if (is_exit) {
        trace_line_printf(line, "sys_%s -> 0x%lx", info.name, record->words[0]);
        return;
    }
    trace_line_printf(line, "sys_%s(", info.name);
    for (unsigned i = 0; i < info.argument_count; i++)
        trace_line_printf(line, "%s%s: %lx", i ? ", " : "", info.arguments[i], record->words[i]);
    trace_line_printf(line, ")");
}

static void event_print(struct trace_line *line, const struct trace_common *record)
{
    unsigned index = record->type - 1u;

    if (index >= TRACE_EVENTS) {
        call_print(line, index, record);
        return;
    }
    trace_line_printf(
        line, "%s: ", index == TRACE_PRINT ? "tracing_mark_write" : trace_events[index].name);
    trace_events[index].print(line, record);
}

/* irqs-off, need-resched, hardirq (which isn't told), depth of preempt_disable, migrate-disable. */
static void flags_print(struct trace_line *line, const struct trace_common *record)
{
    trace_line_printf(line, "%c%c.", record->flags & 0x01 ? 'd' : '.',
                      record->flags & 0x04 ? 'N' : '.');
    if (record->preempt_count == 0)
        trace_line_printf(line, ".");
    else
        trace_line_printf(line, "%x", min_t(unsigned, record->preempt_count, 0xf));
    trace_line_printf(line, ".");
}

void trace_line_entry(struct trace_line *line, uint32_t cpu, const struct trace_entry *entry)
{
    const struct trace_content *content = (const struct trace_content *)entry->words;
    uint64_t micros = (entry->time_ns + NSEC_PER_USEC / 2) / NSEC_PER_USEC;

    trace_line_begin(line);
    trace_line_printf(line, "%16.16s-%-7d [%03u] ",
                      content->common.pid == 0 ? "<idle>" : content->comm, content->common.pid,
                      cpu);
    flags_print(line, &content->common);
    trace_line_printf(line, " %5llu.%06llu: ", (unsigned long long)(micros / 1000000),
                      (unsigned long long)(micros % 1000000));
    event_print(line, &content->common);
    trace_line_end(line);
}
