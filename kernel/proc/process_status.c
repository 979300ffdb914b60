/*
 * What procfs shows of a process itself (proc(5)): /proc/PID/{stat,status}.
 *
 * Not known here, and shown as 0 or left out: addresses of code and data, pages shared with files.
 */
#include "kernel/proc/process_status.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/stat.h"
#include "kernel/core/init.h"
#include "kernel/lib/string.h"
#include "kernel/proc/process_look.h"
#include "kernel/proc/signal_internal.h"
#include "kernel/proc/user.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/fs.h"

#define KIB 1024u
#define PRIORITY_OF_NICE_0 20
#define STAT_SIGNALS 0x7ffffffful /* stat tells no more of sets of signals; status tells all */

/* A task at one moment, with what it is part of. */
struct task_snapshot {
    char name[THREAD_NAME_MAX], state;
    pid_t tid, number, parent, tracer, group, session;
    uint32_t threads, cpu;
    int exit_signal, status;
    struct thread_policy policy;
    uint64_t start_ns;
    dev_t terminal;
    pid_t foreground;
    struct process_usage usage, total, children; /* its own; of all threads; of reaped children */
    signal_set pending, shared_pending, blocked, ignored, caught;
    uint32_t signals_queued; /* of the user */
    struct rlimit signals_limit, memory_limit;
    struct cred cred;
    bool no_new_privileges;
    cpumask_t allowed;
    struct process_memory memory;
};

/* Who is stopped says so from the moment its parent or tracer may know, though it may still be on
 * its last steps to its sleep, and no longer than that. */
static char state_letter(const struct process *process, const struct task *task)
{
    if (process->state != PROCESS_LIVE) /* its last thread may still be on its last steps */
        return 'Z';
    if (READ_ONCE(task->tracing.is_trapped))
        return 't';
    if (READ_ONCE(task->is_stopped))
        return 'T';
    switch (READ_ONCE(task->thread.state)) {
    case THREAD_RUNNABLE:
    case THREAD_STOPPED: /* it has just been let go */
        return 'R';
    case THREAD_INTERRUPTIBLE:
        return 'S';
    case THREAD_UNINTERRUPTIBLE:
        return 'D';
    default:
        return 'Z';
    }
}

static const char *state_name(char letter)
{
    switch (letter) {
    case 'R':
        return "running";
    case 'S':
        return "sleeping";
    case 'D':
        return "disk sleep";
    case 'T':
        return "stopped";
    case 't':
        return "tracing stop";
    default:
        return "zombie";
    }
}

static void take_signals(struct task_snapshot *shot, struct process *process, struct task *task)
{
    shot->pending = task->pending.set;
    shot->shared_pending = process->pending.set;
    shot->blocked = task->blocked;
    for (int signal = 1; signal <= SIGNAL_COUNT; signal++) {
        struct kernel_sigaction action = sighand_action(task->sighand, signal);

        if (action.handler == SIG_IGN)
            shot->ignored |= SIGNAL_BIT(signal);
        else if (action.handler != SIG_DFL)
            shot->caught |= SIGNAL_BIT(signal);
    }
}

/* What the signal lock guards. */
static void take_locked(struct task_snapshot *shot, struct process *process, struct task *task)
{
    shot->cred = *task->thread.cred;
    shot->signals_queued = atomic_load(&task->user->signal_count);
    shot->signals_limit = process->limits[RLIMIT_SIGPENDING];
    shot->memory_limit = process->limits[RLIMIT_RSS];
    process_usage_total_locked(process, &shot->total);
    process_usage_of_thread(&task->thread, &shot->usage);
    shot->children = process->children_usage;
    shot->status = process->status;
    if (process->state == PROCESS_LIVE && task->sighand != NULL)
        take_signals(shot, process, task);
}

/* What the tree lock guards, and what the task itself may change at any time. */
static void take_shape(struct task_snapshot *shot, struct process *process, struct task *task)
{
    strlcpy(shot->name, task->thread.name, sizeof(shot->name));
    shot->state = state_letter(process, task);
    shot->tid = task->thread.tid;
    shot->number = process->pid->number;
    shot->parent = process->parent_number;
    shot->tracer = task->tracing.tracer != NULL ? task->tracing.tracer->thread.tid : 0;
    shot->group = process->group->number;
    shot->session = process->session->number;
    shot->foreground = -1;
    if (process_terminal_hook != NULL)
        process_terminal_hook(process, &shot->terminal, &shot->foreground);
    shot->threads = process->thread_count;
    shot->cpu = task->thread.cpu;
    thread_get_policy(&task->thread, &shot->policy);
    shot->exit_signal = task == process->leader ? process->exit_signal : -1;
    shot->start_ns = task->start_ns;
    shot->no_new_privileges = task->no_new_privileges;
    shot->allowed = task->thread.allowed & cpus_online_mask;
}

/* -ESRCH: it was waited for meanwhile. */
static int take(struct task *task, struct task_snapshot *shot)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    struct process *process = task->process;
    bool is_gone = process->state == PROCESS_GONE;

    *shot = (struct task_snapshot){0};
    if (!is_gone) {
        take_shape(shot, process, task);
        spin_lock(&process->lock);
        take_locked(shot, process, task);
        spin_unlock(&process->lock);
    }
    spin_unlock_irqrestore(&process_tree_lock, flags);
    if (is_gone)
        return -ESRCH;
    process_memory(task, &shot->memory);
    return 0;
}

static uint64_t clock_ticks(uint64_t ns)
{
    return ns / NSEC_PER_CLOCK_TICK;
}

/* The fields of stat up to rsslim, and those after it. */
/* The smaller, the more urgent: below 0 real-time ones. */
static int stat_priority(const struct thread_policy *policy)
{
    return policy->priority != 0 ? -1 - policy->priority : PRIORITY_OF_NICE_0 + policy->nice;
}

static void stat_show_use(const struct task_snapshot *shot, const struct process_usage *usage,
                          struct text *text)
{
    const struct process_usage *children = &shot->children;

    text_printf(text, "%d (%s) %c %d %d %d %d %d 0", shot->tid, shot->name, shot->state,
                shot->parent, shot->group, shot->session, (int)shot->terminal, shot->foreground);
    text_printf(text, " %lu %lu 0 0 %lu %lu %lu %lu", usage->faults, children->faults,
                clock_ticks(usage->user_ns), clock_ticks(usage->system_ns),
                clock_ticks(children->user_ns), clock_ticks(children->system_ns));
    text_printf(text, " %d %d %u 0 %lu %zu %zu %lu", stat_priority(&shot->policy),
                shot->policy.nice, shot->threads, clock_ticks(shot->start_ns),
                shot->memory.measures.mapped, shot->memory.measures.resident / PAGE_SIZE,
                shot->memory_limit.rlim_cur);
}

static void stat_show_rest(const struct task_snapshot *shot, bool may_look, struct text *text)
{
    const struct process_memory none = {0}, *memory = may_look ? &shot->memory : &none;

    text_printf(text, " 0 0 0 0 0 %lu %lu %lu %lu %d 0 0 %d %u %u %u 0 0 0 0 0",
                shot->pending & STAT_SIGNALS, shot->blocked & STAT_SIGNALS,
                shot->ignored & STAT_SIGNALS, shot->caught & STAT_SIGNALS, shot->state != 'R',
                shot->exit_signal, shot->cpu, shot->policy.priority, shot->policy.policy);
    text_printf(text, " %lu %lu %lu %lu %lu %d\n", memory->brk_start, memory->args_start,
                memory->args_end, memory->args_end, memory->environment_end,
                may_look ? shot->status : 0);
}

static int stat_show(const struct pseudo_subject *of, struct text *text)
{
    struct task_snapshot shot;
    int err = take(of->task, &shot);

    if (err != 0)
        return err;
    stat_show_use(&shot, of->is_thread ? &shot.usage : &shot.total, text);
    stat_show_rest(&shot, task_may_look(of->task), text);
    return 0;
}

static void status_show_ids(const struct cred *cred, struct text *text)
{
    text_printf(text, "Uid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\n", cred->uid, cred->euid,
                cred->suid, cred->fsuid, cred->gid, cred->egid, cred->sgid, cred->fsgid);
}

static void status_show_groups(const struct cred *cred, struct text *text)
{
    text_printf(text, "Groups:\t");
    for (uint32_t i = 0; i < cred->group_count; i++)
        text_printf(text, "%s%u", i == 0 ? "" : " ", cred->groups[i]);
    text_printf(text, " \n");
}

static void status_show_umask(struct task *task, struct text *text)
{
    struct fs_context *fs = task_fs_get(task);

    if (fs != NULL)
        text_printf(text, "Umask:\t%#04o\n", atomic_load(&fs->umask));
    fs_context_put(fs);
}

static void status_show_files(struct task *task, struct text *text)
{
    struct files *files = task_files_get(task);

    text_printf(text, "FDSize:\t%u\n", files != NULL ? atomic_load(&files->capacity) : 0);
    files_put(files);
}

static void status_show_memory(const struct process_memory *memory, struct text *text)
{
    const struct mm_measures *measures = &memory->measures;

    text_printf(text, "VmSize:\t%8zu kB\nVmLck:\t%8zu kB\nVmHWM:\t%8zu kB\nVmRSS:\t%8zu kB\n",
                measures->mapped / KIB, measures->locked / KIB, memory->peak / KIB,
                measures->resident / KIB);
    text_printf(text, "VmData:\t%8zu kB\nVmStk:\t%8zu kB\nVmSwap:\t%8u kB\n", measures->data / KIB,
                measures->stack / KIB, 0);
}

static void status_show_signals(const struct task_snapshot *shot, struct text *text)
{
    text_printf(text, "Threads:\t%u\nSigQ:\t%u/%lu\n", shot->threads, shot->signals_queued,
                shot->signals_limit.rlim_cur);
    text_printf(
        text,
        "SigPnd:\t%016lx\nShdPnd:\t%016lx\nSigBlk:\t%016lx\nSigIgn:\t%016lx\nSigCgt:\t%016lx\n",
        shot->pending, shot->shared_pending, shot->blocked, shot->ignored, shot->caught);
}

/* "0-2,5" */
static void show_cpu_list(cpumask_t mask, struct text *text)
{
    const char *separator = "";

    while (mask != 0) {
        unsigned first = (unsigned)__builtin_ctzll(mask);
        cpumask_t above = ~mask >> first;
        unsigned length = above != 0 ? (unsigned)__builtin_ctzll(above) : MAX_CPUS - first;

        text_printf(text, "%s%u", separator, first);
        if (length > 1)
            text_printf(text, "-%u", first + length - 1);
        separator = ",";
        mask = length < MAX_CPUS - first ? mask >> (first + length) << (first + length) : 0;
    }
}

static void status_show_scheduling(const struct task_snapshot *shot, struct text *text)
{
    uint32_t cpus = cpus_online();

    text_printf(text, "NoNewPrivs:\t%d\nCpus_allowed:\t", shot->no_new_privileges);
    if (cpus > 32)
        text_printf(text, "%0*lx,%08lx", (int)DIV_ROUND_UP(cpus - 32, 4), shot->allowed >> 32,
                    shot->allowed & UINT32_MAX);
    else
        text_printf(text, "%0*lx", (int)DIV_ROUND_UP(cpus, 4), shot->allowed);
    text_printf(text, "\nCpus_allowed_list:\t");
    show_cpu_list(shot->allowed, text);
    text_printf(text, "\nvoluntary_ctxt_switches:\t%lu\nnonvoluntary_ctxt_switches:\t%lu\n",
                shot->usage.switches_voluntary, shot->usage.switches_involuntary);
}

static int status_show(const struct pseudo_subject *of, struct text *text)
{
    struct task_snapshot shot;
    int err = take(of->task, &shot);

    if (err != 0)
        return err;
    text_printf(text, "Name:\t%s\n", shot.name);
    status_show_umask(of->task, text);
    text_printf(text, "State:\t%c (%s)\nTgid:\t%d\nPid:\t%d\nPPid:\t%d\nTracerPid:\t%d\n",
                shot.state, state_name(shot.state), shot.number, shot.tid, shot.parent,
                shot.tracer);
    status_show_ids(&shot.cred, text);
    status_show_files(of->task, text);
    status_show_groups(&shot.cred, text);
    if (shot.memory.measures.mapped != 0)
        status_show_memory(&shot.memory, text);
    status_show_signals(&shot, text);
    status_show_scheduling(&shot, text);
    return 0;
}

static struct pseudo_entry entries[] = {
    {.name = "stat", .mode = S_IFREG | 0444, .show = stat_show},
    {.name = "status", .mode = S_IFREG | 0444, .show = status_show},
};

static void process_status_init(void)
{
    pseudo_register_process(entries, ARRAY_SIZE(entries));
}
INIT_CALL(2, process_status_init);
