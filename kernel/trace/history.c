/*
 * What each CPU did last, for the report of a panic: the call that its thread made last, and the
 * last entries of its trace, if there are any (boot with trace_event=raw_syscalls, and they are the
 * last crossings). Read when all CPUs stand still, without a lock.
 */
#include "arch/api/trace.h"
#include "kernel/abi/errno.h"
#include "kernel/core/init.h"
#include "kernel/core/log.h"
#include "kernel/core/panic_hooks.h"
#include "kernel/lib/parse.h"
#include "kernel/lib/string.h"
#include "kernel/proc/task.h"
#include "kernel/trace/buffer.h"
#include "kernel/trace/event.h"
#include "kernel/trace/print.h"
#include "kernel/trace/trace.h"
#include "kernel/trace/tracefs.h"

#define SHOWN_SLOTS 16u /* most entries take two */
#define BOOT_EVENTS_MAX 256u

static struct trace_line line; /* for the one report that there is */

/* SYSCALL leaves RIP in RCX (SDM 2B, SYSCALL): another frame is INT 80h's, with i386's number. */
static bool is_by_syscall(const struct thread *thread)
{
    return user_register_get(thread, offsetof(struct user_regs_struct, cx)) ==
           user_register_get(thread, offsetof(struct user_regs_struct, ip));
}

static void call_report(const struct thread *thread)
{
    static const size_t registers[] = {
        offsetof(struct user_regs_struct, di), offsetof(struct user_regs_struct, si),
        offsetof(struct user_regs_struct, dx), offsetof(struct user_regs_struct, r10),
        offsetof(struct user_regs_struct, r8), offsetof(struct user_regs_struct, r9),
    };
    long number = (long)user_register_get(thread, offsetof(struct user_regs_struct, orig_ax));
    struct trace_call_info info = {0};
    bool is_exit;

    if (number >= 0 && !is_by_syscall(thread)) {
        trace_line_printf(&line, ", last call %ld by INT 80h", number);
        return;
    }
    if (number < 0 || number > UINT16_MAX ||
        !trace_event_call(TRACE_EVENTS + 2 * (unsigned)number, &info, &is_exit))
        return;
    trace_line_printf(&line, ", last call %s(", info.name);
    for (unsigned i = 0; i < info.argument_count; i++)
        trace_line_printf(&line, "%s%#lx", i ? ", " : "", user_register_get(thread, registers[i]));
    trace_line_printf(&line, ")");
}

static void thread_report(uint32_t cpu)
{
    const struct thread *thread = READ_ONCE(*per_cpu_ptr(&percpu_current, cpu));

    trace_line_begin(&line);
    trace_line_printf(&line, "CPU %u: %.16s[%d]", cpu, thread->name, thread->tid);
    if (thread_is_task(thread) && thread->mm)
        call_report(thread);
    pr_err("%s", line.text);
}

static void entries_report(uint32_t cpu)
{
    const struct trace_ring *ring = trace_buffer_ring(cpu);
    static struct trace_entry entry;
    struct trace_cursor cursor = {0}, end;
    uint32_t lost;

    if (!ring)
        return;
    trace_ring_end(ring, &end);
    if (end.number > SHOWN_SLOTS)
        cursor.position = end.position - SHOWN_SLOTS;
    while (trace_ring_read(ring, &cursor, &entry, &lost)) {
        trace_line_entry(&line, cpu, &entry);
        pr_err("%.*s", (int)line.length - 1, line.text);
    }
}

static void history_report(void)
{
    uint32_t cpu;

    for_each_cpu (cpu, cpus_online_mask) {
        thread_report(cpu);
        entries_report(cpu);
    }
}

/* trace_event=EVENT,EVENT...: on from the first program on, as on Linux. */
static void boot_events_switch_on(void)
{
    static const struct pseudo_subject nobody;
    char events[BOOT_EVENTS_MAX];
    int length = cmdline_get(boot_command_line, "trace_event", events, sizeof(events));

    if (length == -ENOENT)
        return;
    for (int i = 0; i < length; i++)
        if (events[i] == ',')
            events[i] = ' ';
    if (length < 0 || trace_set_store(&nobody, events) != 0)
        pr_warn("trace_event=: cannot be switched on");
}

static void history_init(void)
{
    panic_history = history_report;
    boot_events_switch_on();
}
INIT_CALL(4, history_init);
