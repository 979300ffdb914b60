/*
 * panic: tell all that is known, give the verdict, stop.
 *
 * The first CPU that panics wins; the others are stopped by NMI or stop by themselves when they
 * find panic_in_progress. A panic inside a panic (a fault while reporting) says so and stops.
 */
#include "kernel/core/panic.h"

#include "arch/api/cpu.h"
#include "kernel/core/atomic.h"
#include "kernel/core/kallsyms.h"
#include "kernel/core/log.h"
#include "kernel/core/panic_hooks.h"
#include "kernel/core/percpu.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"

#define BACKTRACE_MAX 32

static uint32_t panicking; /* number of the CPU that panics + 1; atomic */
static bool reporting;

void (*panic_verdict)(const char *verdict);
void (*panic_describe)(char *line, size_t size);
void (*panic_history)(void);

bool panic_in_progress(void)
{
    return atomic_load(&panicking) != 0;
}

static void report_backtrace(const struct pt_regs *regs)
{
    uintptr_t addresses[BACKTRACE_MAX];
    size_t count = cpu_backtrace(regs, addresses, BACKTRACE_MAX);

    pr_err("backtrace:");
    for (size_t i = 0; i < count; i++) {
        struct kallsyms_location where;
        /* A return address is behind the call: look up the call itself. */
        bool found = kallsyms_lookup(addresses[i] - (regs && i == 0 ? 0 : 1), &where);

        if (!found)
            pr_err("  %016lx", addresses[i]);
        else if (where.file)
            pr_err("  %016lx %s+%#lx %s:%u", addresses[i], where.name, (unsigned long)where.offset,
                   where.file, where.line);
        else
            pr_err("  %016lx %s+%#lx", addresses[i], where.name, (unsigned long)where.offset);
    }
}

static void report(const struct pt_regs *regs, const char *fmt, va_list args)
{
    char line[300], *hint;

    format_va(line, sizeof(line), fmt, args);
    hint = strchr(line, '\n');
    if (hint)
        *hint++ = '\0';
    pr_err("panic: %s", line);
    if (hint)
        pr_err("%s", hint);
    pr_err("on CPU %u of %u", cpu_id(), cpus_online());
    if (panic_describe) {
        panic_describe(line, sizeof(line));
        pr_err("%s", line);
    }
    cpu_report_state(regs);
    report_backtrace(regs);
    if (panic_history)
        panic_history();
}

/* Where every panic goes when all is told; a debugger stops here (tools/gdb/limen/panics.py). */
static __noreturn __noinline void panic_end(const char *verdict)
{
    if (panic_verdict)
        panic_verdict(verdict);
    machine_halt();
}

static __noreturn void panic_va(const char *verdict, const struct pt_regs *regs, const char *fmt,
                                va_list args)
{
    uint32_t nobody = 0;

    irq_disable();
    if (!atomic_compare_swap(&panicking, &nobody, cpu_id() + 1) && nobody != cpu_id() + 1)
        machine_halt();
    if (nobody == 0) {
        cpus_stop_others();
        reporting = true;
        report(regs, fmt, args);
    } else if (reporting) {
        reporting = false; /* a second fault while reporting: no third try */
        pr_err("panic: again, while reporting: %s", fmt);
    }
    panic_end(verdict);
}

void panic(const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    panic_va("panic", NULL, fmt, args);
}

void panic_regs(const struct pt_regs *regs, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    panic_va("panic", regs, fmt, args);
}

void panic_hang(const struct pt_regs *regs, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    panic_va("hang", regs, fmt, args);
}
