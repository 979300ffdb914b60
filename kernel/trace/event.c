/*
 * Which events there are, and which of them somebody wants. See event.h.
 *
 * A call's events cost nothing while nobody wants one: then no thread's calls are watched
 * (arch/api/trace.h), and a crossing that isn't watched doesn't come here.
 */
#include "kernel/trace/event.h"

#include "arch/api/trace.h"
#include "kernel/core/atomic.h"
#include "kernel/core/clock.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"
#include "kernel/trace/buffer.h"
#include "kernel/trace/trace.h"

#define CALLS_MAX 640u
#define CALL_SYSTEM "syscalls"

struct mutex trace_lock = MUTEX_INIT(trace_lock, RANK_TRACE);

static unsigned call_count;
static bool (*call_describe)(unsigned number, struct trace_call_info *info);
static uint8_t call_wanted[2 * CALLS_MAX]; /* as trace_wanted; atomic */

void trace_calls_register(unsigned count,
                          bool (*describe)(unsigned number, struct trace_call_info *))
{
    assert(count <= CALLS_MAX);
    call_count = count;
    call_describe = describe;
}

unsigned trace_event_count(void)
{
    return TRACE_EVENTS + 2 * call_count;
}

bool trace_event_call(unsigned index, struct trace_call_info *info, bool *is_exit)
{
    unsigned number = (index - TRACE_EVENTS) / 2;

    if (index < TRACE_EVENTS || number >= call_count)
        return false;
    *is_exit = (index - TRACE_EVENTS) % 2 != 0;
    return call_describe(number, info);
}

bool trace_event_name(unsigned index, struct trace_event_name *name)
{
    struct trace_call_info info;
    bool is_exit;

    if (index < TRACE_EVENTS) {
        name->system = trace_events[index].system;
        strlcpy(name->text, trace_events[index].name, sizeof(name->text));
        return index != TRACE_PRINT;
    }
    if (!trace_event_call(index, &info, &is_exit))
        return false;
    name->system = CALL_SYSTEM;
    format_string(name->text, sizeof(name->text), "sys_%s_%s", is_exit ? "exit" : "enter",
                  info.name);
    return true;
}

/* The number, then the arguments or the result, all as wide as a register. */
static bool call_field(unsigned index, unsigned number, struct trace_field *field)
{
    struct trace_call_info info;
    bool is_exit;

    if (!trace_event_call(index, &info, &is_exit))
        return false;
    if (number == 0) {
        *field = (struct trace_field){"__syscall_nr", "int __syscall_nr", 8, 4, true, false, false};
        return true;
    }
    if (number > (is_exit ? 1 : info.argument_count))
        return false;
    *field = (struct trace_field){
        .name = is_exit ? "ret" : info.arguments[number - 1],
        .declaration = is_exit ? "long ret" : NULL,
        .offset = (uint16_t)(offsetof(struct trace_call_record, words) + 8 * (number - 1)),
        .size = 8,
        .is_signed = is_exit,
    };
    return true;
}

bool trace_event_field(unsigned index, unsigned number, struct trace_field *field)
{
    if (index >= TRACE_EVENTS)
        return call_field(index, number, field);
    if (number >= trace_events[index].field_count)
        return false;
    *field = trace_events[index].fields[number];
    return true;
}

const char *trace_system_name(unsigned number)
{
    const char *last = "";

    for (unsigned i = 0; i < TRACE_PRINT; i++) { /* a system's events stand together */
        if (strcmp(last, trace_events[i].system) == 0)
            continue;
        last = trace_events[i].system;
        if (number-- == 0)
            return last;
    }
    return number == 0 ? CALL_SYSTEM : NULL;
}

static uint8_t *wanted_byte(unsigned index)
{
    return index < TRACE_EVENTS ? &trace_wanted[index] : &call_wanted[index - TRACE_EVENTS];
}

unsigned trace_event_wanted(unsigned index)
{
    return atomic_load(wanted_byte(index));
}

void trace_event_want(unsigned index, unsigned bit, bool on)
{
    assert(mutex_is_held(&trace_lock));
    if (on)
        atomic_or(wanted_byte(index), (uint8_t)bit);
    else
        atomic_and(wanted_byte(index), (uint8_t)~bit);
}

void trace_events_apply(void)
{
    bool watches = trace_wanted[TRACE_SYS_ENTER] || trace_wanted[TRACE_SYS_EXIT] ||
                   trace_wanted[TRACE_SYS_DONE];

    assert(mutex_is_held(&trace_lock));
    for (unsigned i = 0; i < 2 * call_count && !watches; i++)
        watches = call_wanted[i] != 0;
    all_calls_watch(watches);
}

static void call_tell(unsigned index, int number, const unsigned long *words, unsigned count)
{
    unsigned wanted = trace_event_wanted(index);
    struct trace_call_record record = {.number = number};

    if (wanted == 0)
        return;
    memcpy(record.words, words, count * sizeof(*words));
    trace_record(index, wanted, &record.common,
                 offsetof(struct trace_call_record, words) + count * sizeof(*words));
}

static bool is_call(long number)
{
    return number >= 0 && number < (long)call_count;
}

uint64_t trace_call_begin(long number, const unsigned long *arguments)
{
    struct trace_call_info info;

    trace_sys_enter(number, arguments);
    if (is_call(number) && trace_event_wanted(TRACE_EVENTS + 2 * (unsigned)number) &&
        call_describe((unsigned)number, &info))
        call_tell(TRACE_EVENTS + 2 * (unsigned)number, (int)number, arguments, info.argument_count);
    return trace_is_wanted(TRACE_SYS_DONE) ? clock_monotonic_ns() : 0;
}

void trace_call_end(long number, long result, uint64_t began_ns)
{
    unsigned long word = (unsigned long)result;

    trace_sys_exit(number, result);
    if (is_call(number))
        call_tell(TRACE_EVENTS + 2 * (unsigned)number + 1, (int)number, &word, 1);
    if (began_ns != 0)
        trace_sys_done(number, result, clock_monotonic_ns() - began_ns);
}
