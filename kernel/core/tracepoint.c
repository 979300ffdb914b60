/*
 * What tracepoints share: who listens, and how text gets into a record. See tracepoint.h.
 */
#include "kernel/core/tracepoint.h"

#include "kernel/lib/string.h"

uint8_t trace_wanted[TRACE_EVENTS];

void (*trace_listener)(unsigned event, struct trace_common *record, size_t size);

void trace_copy_text(char *to, size_t size, const char *text)
{
    size_t length = strnlen(text, size - 1);

    memcpy(to, text, length);
    memset(to + length, 0, size - length);
}

uint32_t trace_add_string(void *record, size_t offset, const char *text)
{
    size_t length = strnlen(text, TRACE_STRING_MAX - 1);
    char *to = (char *)record + offset;

    memcpy(to, text, length);
    to[length] = '\0';
    return TRACE_STRING(offset, length + 1);
}
