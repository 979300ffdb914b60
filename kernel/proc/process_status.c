/*
 * What procfs shows of a process itself (proc(5)): /proc/PID/{stat,status}.
 *
 * Not known here, and shown as 0: faults counted, the terminal, addresses of code and data.
 */
#include "kernel/proc/process_status.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/stat.h"
#include "kernel/core/init.h"
#include "kernel/lib/string.h"
#include "kernel/mm/mm.h"
#include "kernel/proc/signal_internal.h"
#include "kernel/vfs/pseudo.h"

#define KIB 1024u
#define PRIORITY_OF_NICE_0 20

/* A task at one moment, with what it is part of. */
struct task_snapshot {
    char name[THREAD_NAME_MAX], state;
    pid_t tid, number, parent, group, session;
    uint32_t threads, cpu;
    int nice, exit_signal, status;
    uint64_t start_ns;
    struct process_usage usage, total, children; /* its own; of all threads; of reaped children */
    signal_set pending, shared_pending, blocked, ignored, caught;
    uid_t uid[4];
    gid_t gid[4];
    struct process_memory memory;
};

static char state_letter(const struct thread *thread)
{
    switch (READ_ONCE(thread->state)) {
    case THREAD_RUNNABLE:
        return 'R';
    case THREAD_INTERRUPTIBLE:
        return 'S';
    case THREAD_UNINTERRUPTIBLE:
        return 'D';
    case THREAD_STOPPED:
        return 'T';
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
    const struct cred *cred = task->thread.cred;

    process_usage_total_locked(process, &shot->total);
    process_usage_of_thread(&task->thread, &shot->usage);
    shot->children = process->children_usage;
    shot->status = process->status;
    memcpy(shot->uid, (uid_t[]){cred->uid, cred->euid, cred->suid, cred->fsuid}, sizeof(shot->uid));
    memcpy(shot->gid, (gid_t[]){cred->gid, cred->egid, cred->sgid, cred->fsgid}, sizeof(shot->gid));
    if (process->state == PROCESS_LIVE && task->sighand != NULL)
        take_signals(shot, process, task);
}

/* -ESRCH: it was waited for meanwhile. */
static int take(struct task *task, struct task_snapshot *shot)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    struct process *process = task->process;
    bool is_gone = process->state == PROCESS_GONE;

    *shot = (struct task_snapshot){0};
    if (!is_gone) {
        strlcpy(shot->name, task->thread.name, sizeof(shot->name));
        shot->state = state_letter(&task->thread);
        shot->tid = task->thread.tid;
        shot->number = process->pid->number;
        shot->parent = process->parent_number;
        shot->group = process->group->number;
        shot->session = process->session->number;
        shot->threads = process->thread_count;
        shot->cpu = task->thread.cpu;
        shot->nice = task->thread.nice;
        shot->exit_signal = task == process->leader ? process->exit_signal : -1;
        shot->start_ns = task->start_ns;
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

static int stat_show(const struct pseudo_subject *of, struct text *text)
{
    struct task_snapshot shot;
    const struct process_usage *usage;
    int err = take(of->task, &shot);

    if (err != 0)
        return err;
    usage = of->is_thread ? &shot.usage : &shot.total;
    text_printf(text, "%d (%s) %c %d %d %d 0 -1 0 0 0 0 0 %lu %lu %lu %lu %d %d %u 0 %lu %zu %zu",
                shot.tid, shot.name, shot.state, shot.parent, shot.group, shot.session,
                clock_ticks(usage->user_ns), clock_ticks(usage->system_ns),
                clock_ticks(shot.children.user_ns), clock_ticks(shot.children.system_ns),
                PRIORITY_OF_NICE_0 + shot.nice, shot.nice, shot.threads, clock_ticks(shot.start_ns),
                shot.memory.size, shot.memory.resident / PAGE_SIZE);
    text_printf(
        text, " %lu 0 0 0 0 0 %lu %lu %lu %lu 0 0 0 %d %u 0 0 0 0 0 0 0 0 %lu %lu %lu %lu %d\n",
        RLIM_INFINITY, shot.pending | shot.shared_pending, shot.blocked, shot.ignored, shot.caught,
        shot.exit_signal, shot.cpu, shot.memory.args_start, shot.memory.args_end,
        shot.memory.args_end, shot.memory.environment_end, shot.status);
    return 0;
}

static int status_show(const struct pseudo_subject *of, struct text *text)
{
    struct task_snapshot shot;
    int err = take(of->task, &shot);

    if (err != 0)
        return err;
    text_printf(text, "Name:\t%s\nState:\t%c (%s)\nTgid:\t%d\nPid:\t%d\nPPid:\t%d\n", shot.name,
                shot.state, state_name(shot.state), shot.number, shot.tid, shot.parent);
    text_printf(text, "Uid:\t%u\t%u\t%u\t%u\nGid:\t%u\t%u\t%u\t%u\n", shot.uid[0], shot.uid[1],
                shot.uid[2], shot.uid[3], shot.gid[0], shot.gid[1], shot.gid[2], shot.gid[3]);
    if (shot.memory.size != 0)
        text_printf(text, "VmSize:\t%8zu kB\nVmRSS:\t%8zu kB\n", shot.memory.size / KIB,
                    shot.memory.resident / KIB);
    text_printf(text, "Threads:\t%u\n", shot.threads);
    text_printf(
        text,
        "SigPnd:\t%016lx\nShdPnd:\t%016lx\nSigBlk:\t%016lx\nSigIgn:\t%016lx\nSigCgt:\t%016lx\n",
        shot.pending, shot.shared_pending, shot.blocked, shot.ignored, shot.caught);
    text_printf(text, "voluntary_ctxt_switches:\t%lu\nnonvoluntary_ctxt_switches:\t%lu\n",
                shot.usage.switches_voluntary, shot.usage.switches_involuntary);
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
