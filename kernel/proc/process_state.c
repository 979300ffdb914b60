/*
 * What procfs shows of what a task is doing (proc(5)): /proc/PID/{syscall,wchan}, has done:
 * /proc/PID/io, and what it may use and has asked for: /proc/PID/{limits,personality}.
 *
 * A task that sleeps may wake while its stack is read: that it slept all the time shows in its
 * count of switches, else what was read is thrown away.
 */
#include "arch/api/user.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/stat.h"
#include "kernel/core/init.h"
#include "kernel/core/kallsyms.h"
#include "kernel/lib/string.h"
#include "kernel/proc/process_look.h"

#define BACKTRACE_MAX 16u
#define SLEEPING_CODE "kernel/sched/" /* whose functions sleep for others */
#define POLL_NS (NSEC_PER_MSEC / 10)

/* Whether it has stopped, or says that it sleeps, though it may be on its last steps to that. */
static bool task_is_at_rest(struct task *task)
{
    uint32_t state = READ_ONCE(task->thread.state);

    return READ_ONCE(task->is_stopped) || READ_ONCE(task->tracing.is_trapped) ||
           (state != THREAD_RUNNABLE && state != THREAD_DEAD);
}

/* thread_sleeps, but who is on its last steps to its sleep is waited for: its parent or tracer,
 * which may have been told already, and who has read its state find it asleep. */
static bool task_sleeps(struct task *task, uint64_t *switches)
{
    while (!thread_sleeps(&task->thread, switches)) {
        if (!task_is_at_rest(task))
            return false;
        if (thread_sleep_until(clock_monotonic_ns() + POLL_NS) != 0)
            return false;
    }
    return true;
}

static void show_registers(const struct pt_regs *regs, struct text *text)
{
    long number = regs_syscall_number(regs);
    unsigned long arguments[6];

    text_printf(text, "%ld", number);
    if (number >= 0) {
        regs_syscall_arguments(regs, arguments);
        for (size_t i = 0; i < ARRAY_SIZE(arguments); i++)
            text_printf(text, " 0x%lx", arguments[i]);
    }
    text_printf(text, " 0x%lx 0x%lx\n", regs_sp(regs), regs_ip(regs));
}

static int syscall_show(const struct pseudo_subject *of, struct text *text)
{
    struct thread *thread = &of->task->thread;
    uint64_t before, after;
    struct pt_regs regs;

    if (!task_may_look(of->task))
        return -EPERM;
    if (thread == current) {
        show_registers(current_regs(), text);
    } else if (READ_ONCE(thread->mm) == NULL) { /* it is on its way out */
        text_printf(text, "-1 0x0 0x0\n");
    } else {
        bool slept = task_sleeps(of->task, &before);

        regs = *thread_user_regs(thread);
        if (slept && thread_sleeps(thread, &after) && after == before)
            show_registers(&regs, text);
        else
            text_printf(text, "running\n");
    }
    return 0;
}

/* The function that put the task to sleep: the innermost that isn't the scheduler's. */
static const char *sleeping_function(const uintptr_t *addresses, size_t count)
{
    struct kallsyms_location where;

    for (size_t i = 0; i < count; i++) {
        if (!kallsyms_lookup(addresses[i] - 1, &where))
            break;
        if (where.file == NULL || strncmp(where.file, SLEEPING_CODE, strlen(SLEEPING_CODE)) != 0)
            return where.name;
    }
    return NULL;
}

/* "0": it runs, or is none of the reader's business. */
static int wchan_show(const struct pseudo_subject *of, struct text *text)
{
    struct thread *thread = &of->task->thread;
    uintptr_t addresses[BACKTRACE_MAX];
    const char *name = NULL;
    uint64_t before, after;
    size_t count;

    if (task_may_look(of->task) && task_sleeps(of->task, &before)) {
        count = arch_thread_backtrace(thread, addresses, BACKTRACE_MAX);
        if (thread_sleeps(thread, &after) && after == before)
            name = sleeping_function(addresses, count);
    }
    text_printf(text, "%s", name != NULL ? name : "0");
    return 0;
}

/* By RLIMIT_*. */
static const struct {
    const char *name, *unit;
} limit_names[RLIM_NLIMITS] = {
    [RLIMIT_CPU] = {"Max cpu time", "seconds"},
    [RLIMIT_FSIZE] = {"Max file size", "bytes"},
    [RLIMIT_DATA] = {"Max data size", "bytes"},
    [RLIMIT_STACK] = {"Max stack size", "bytes"},
    [RLIMIT_CORE] = {"Max core file size", "bytes"},
    [RLIMIT_RSS] = {"Max resident set", "bytes"},
    [RLIMIT_NPROC] = {"Max processes", "processes"},
    [RLIMIT_NOFILE] = {"Max open files", "files"},
    [RLIMIT_MEMLOCK] = {"Max locked memory", "bytes"},
    [RLIMIT_AS] = {"Max address space", "bytes"},
    [RLIMIT_LOCKS] = {"Max file locks", "locks"},
    [RLIMIT_SIGPENDING] = {"Max pending signals", "signals"},
    [RLIMIT_MSGQUEUE] = {"Max msgqueue size", "bytes"},
    [RLIMIT_NICE] = {"Max nice priority", NULL},
    [RLIMIT_RTPRIO] = {"Max realtime priority", NULL},
    [RLIMIT_RTTIME] = {"Max realtime timeout", "us"},
};

static void show_limit(unsigned long limit, struct text *text)
{
    if (limit == RLIM_INFINITY)
        text_printf(text, "%-20s ", "unlimited");
    else
        text_printf(text, "%-20lu ", limit);
}

static int limits_show(const struct pseudo_subject *of, struct text *text)
{
    struct process *process = of->task->process;
    struct rlimit limits[RLIM_NLIMITS];
    unsigned long flags = spin_lock_irqsave(&process->lock);

    memcpy(limits, process->limits, sizeof(limits));
    spin_unlock_irqrestore(&process->lock, flags);
    text_printf(text, "%-25s %-20s %-20s %-10s\n", "Limit", "Soft Limit", "Hard Limit", "Units");
    for (size_t i = 0; i < RLIM_NLIMITS; i++) {
        text_printf(text, "%-25s ", limit_names[i].name);
        show_limit(limits[i].rlim_cur, text);
        show_limit(limits[i].rlim_max, text);
        if (limit_names[i].unit != NULL)
            text_printf(text, "%-10s", limit_names[i].unit);
        text_append(text, "\n", 1);
    }
    return 0;
}

/* A process's is with that of the children it has waited for. Nothing comes from a disk or goes to
 * one. */
static int io_show(const struct pseudo_subject *of, struct text *text)
{
    struct process_usage usage, children;

    if (!task_may_look(of->task))
        return -EACCES;
    if (of->is_thread) {
        process_usage_of_thread(&of->task->thread, &usage);
    } else {
        process_usage_total(of->task->process, &usage);
        process_usage_children(of->task->process, &children);
        process_usage_add(&usage, &children);
    }
    text_printf(text, "rchar: %lu\nwchar: %lu\nsyscr: %lu\nsyscw: %lu\n", usage.io.bytes_read,
                usage.io.bytes_written, usage.io.reads, usage.io.writes);
    text_printf(text, "read_bytes: 0\nwrite_bytes: 0\ncancelled_write_bytes: 0\n");
    return 0;
}

static int personality_show(const struct pseudo_subject *of, struct text *text)
{
    if (!task_may_look(of->task))
        return -EPERM;
    text_printf(text, "%08x\n", READ_ONCE(of->task->personality));
    return 0;
}

static struct pseudo_entry entries[] = {
    {.name = "personality", .mode = S_IFREG | 0400, .show = personality_show},
    {.name = "io", .mode = S_IFREG | 0400, .show = io_show},
    {.name = "limits", .mode = S_IFREG | 0444, .show = limits_show},
    {.name = "syscall", .mode = S_IFREG | 0400, .show = syscall_show},
    {.name = "wchan", .mode = S_IFREG | 0444, .show = wchan_show},
};

static void process_state_init(void)
{
    pseudo_register_process(entries, ARRAY_SIZE(entries));
}
INIT_CALL(2, process_state_init);
