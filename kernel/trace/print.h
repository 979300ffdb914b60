/*
 * The text of an entry: a line as Linux's `trace` file has it.
 */
#ifndef LIMEN_TRACE_PRINT_H
#define LIMEN_TRACE_PRINT_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/trace_ring.h"
#include "kernel/lib/types.h"

#define TRACE_LINE_MAX 768u

struct trace_line {
    size_t length;
    char text[TRACE_LINE_MAX]; /* cut, but for the newline */
    char names[64];            /* trace_flag_names' */
};

struct trace_symbol {
    unsigned long value;
    const char *name;
};

void trace_line_begin(struct trace_line *line);
void trace_line_printf(struct trace_line *line, const char *fmt, ...) __printf(2, 3);
void trace_line_end(struct trace_line *line);

/* The whole line. */
void trace_line_entry(struct trace_line *line, uint32_t cpu, const struct trace_entry *entry);

/* Names of the bits in `value`, in line->names; the last symbol has no name. */
const char *trace_flag_names(struct trace_line *line, unsigned long value, const char *between,
                             const struct trace_symbol *symbols);

/* What the `print` lines of tracepoints.tbl are made of; the names are Linux's. */
#define __get_str(field) ((const char *)REC + (REC->field & 0xffff))
#define __print_flags(value, between, ...)                  \
    trace_flag_names(line, (unsigned long)(value), between, \
                     (const struct trace_symbol[]){__VA_ARGS__, {0, NULL}})

#endif
