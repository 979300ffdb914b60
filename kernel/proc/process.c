/*
 * Processes as objects: making and freeing them, looking them up, limits (getrlimit(2)) and use
 * (getrusage(2)). See process.h. How they live and end is in clone.c, exec.c, exit.c and wait.c,
 * groups and sessions in session.c.
 */
#include "kernel/proc/process.h"

#include "kernel/core/init.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/page.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/pidfd.h"
#include "kernel/proc/signal_internal.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/hooks.h"

/* What Linux allows for threads: an eighth of memory in kernel stacks. */
#define PAGES_PER_TASK (8 * KERNEL_STACK_SIZE / PAGE_SIZE)

struct spinlock process_tree_lock = SPINLOCK_INIT(RANK_PROCESS_TREE);
struct list process_list = LIST_INIT(process_list);

static SLAB_CACHE(process_cache, struct process);

/* The limits of the first process are Linux's. */
static void process_limits_init(struct rlimit *limits)
{
    unsigned long tasks = min_t(unsigned long, page_total_count() / PAGES_PER_TASK, PID_MAX) / 2;

    for (size_t i = 0; i < RLIM_NLIMITS; i++)
        limits[i] = (struct rlimit){RLIM_INFINITY, RLIM_INFINITY};
    limits[RLIMIT_STACK].rlim_cur = STACK_LIMIT_DEFAULT;
    limits[RLIMIT_CORE].rlim_cur = 0;
    limits[RLIMIT_NPROC] = (struct rlimit){tasks, tasks};
    limits[RLIMIT_NOFILE] = (struct rlimit){FILES_LIMIT_DEFAULT, 4 * FILES_LIMIT_DEFAULT};
    limits[RLIMIT_MEMLOCK] = (struct rlimit){8ul << 20, 8ul << 20};
    limits[RLIMIT_SIGPENDING] = (struct rlimit){tasks, tasks};
    limits[RLIMIT_MSGQUEUE] = (struct rlimit){819200, 819200};
    limits[RLIMIT_NICE] = (struct rlimit){0, 0};
    limits[RLIMIT_RTPRIO] = (struct rlimit){0, 0};
}

static void process_inherit(struct process *to, struct process *from)
{
    unsigned long flags = spin_lock_irqsave(&from->lock);

    for (size_t i = 0; i < RLIM_NLIMITS; i++)
        to->limits[i] = from->limits[i];
    to->is_dumpable = from->is_dumpable;
    to->oom_score_adj = from->oom_score_adj;
    to->oom_score_adj_min = from->oom_score_adj_min;
    spin_unlock_irqrestore(&from->lock, flags);
}

struct process *process_create(struct pid *pid, struct process *from)
{
    struct process *process = slab_alloc(&process_cache);

    if (process == NULL)
        return NULL;
    refcount_init(&process->ref);
    process->pid = pid_get(pid);
    process->start_ns = clock_monotonic_ns();
    list_init(&process->children);
    list_init(&process->threads);
    wait_queue_init(&process->child_wait);
    wait_queue_init(&process->thread_wait);
    spin_lock_init(&process->lock, RANK_SIGHAND);
    spin_lock_init(&process->cpu_time_lock, RANK_CPU_TIME);
    signal_queue_init(&process->pending);
    posix_timers_init(process);
    if (from != NULL)
        process_inherit(process, from);
    else
        process_limits_init(process->limits);
    return process;
}

void process_add_thread_locked(struct process *process, struct task *task)
{
    spin_lock(&process->cpu_time_lock);
    list_add_tail(&process->threads, &task->thread_node);
    spin_unlock(&process->cpu_time_lock);
    process->thread_count++;
    process->live_count++;
    task->pid->task = task;
}

struct process *process_get(struct process *process)
{
    refcount_get(&process->ref);
    return process;
}

void process_put(struct process *process)
{
    if (process == NULL || !refcount_put(&process->ref))
        return;
    signal_queue_remove(&process->pending, ~(signal_set)0);
    if (process->exe != NULL) /* it never lived; clone failed, and we may sleep */
        file_put_exec(process->exe);
    assert(process->handle == NULL);
    pid_put(process->pid);
    slab_free(&process_cache, process);
}

struct process *process_find(pid_t number)
{
    struct pid *pid = pid_find(number);
    struct process *process = NULL;
    unsigned long flags;

    if (pid == NULL)
        return NULL;
    flags = spin_lock_irqsave(&process_tree_lock);
    if (pid->task != NULL && pid->task->process->pid == pid)
        process = process_get(pid->task->process);
    spin_unlock_irqrestore(&process_tree_lock, flags);
    pid_put(pid);
    return process;
}

struct file *process_exe_get(struct process *process)
{
    unsigned long flags = spin_lock_irqsave(&process->lock);
    struct file *exe = process->exe;

    if (exe != NULL)
        file_get(exe);
    spin_unlock_irqrestore(&process->lock, flags);
    return exe;
}

unsigned long process_limit(int resource)
{
    return READ_ONCE(current_process()->limits[resource].rlim_cur);
}

static unsigned long process_limit_if_any(int resource)
{
    if (!thread_is_task(current) ||
        (resource == RLIMIT_MEMLOCK && cred_is_privileged(current->cred)))
        return RLIM_INFINITY;
    return process_limit(resource);
}

static void process_signal_for_files(int signal)
{
    signal_send_current(signal);
}

static void process_hooks_init(void)
{
    vfs_hooks.limit = process_limit_if_any;
    mm_limit = process_limit_if_any;
    vfs_hooks.signal = process_signal_for_files;
}
INIT_CALL(1, process_hooks_init);

void process_usage_of_thread(const struct thread *thread, struct process_usage *usage)
{
    usage->user_ns = READ_ONCE(thread->user_ns);
    usage->system_ns = READ_ONCE(thread->system_ns);
    usage->switches_voluntary = READ_ONCE(thread->switches_voluntary);
    usage->switches_involuntary = READ_ONCE(thread->switches_involuntary);
    usage->faults = READ_ONCE(thread->faults);
    usage->io.bytes_read = READ_ONCE(thread->io.bytes_read);
    usage->io.bytes_written = READ_ONCE(thread->io.bytes_written);
    usage->io.reads = READ_ONCE(thread->io.reads);
    usage->io.writes = READ_ONCE(thread->io.writes);
    usage->peak_pages = thread->mm != NULL ? READ_ONCE(thread->mm->resident_peak) : 0;
}

void process_usage_add(struct process_usage *to, const struct process_usage *usage)
{
    to->user_ns += usage->user_ns;
    to->system_ns += usage->system_ns;
    to->switches_voluntary += usage->switches_voluntary;
    to->switches_involuntary += usage->switches_involuntary;
    to->faults += usage->faults;
    to->io.bytes_read += usage->io.bytes_read;
    to->io.bytes_written += usage->io.bytes_written;
    to->io.reads += usage->io.reads;
    to->io.writes += usage->io.writes;
    to->peak_pages = max(to->peak_pages, usage->peak_pages);
}

void process_usage_total_locked(struct process *process, struct process_usage *total)
{
    struct process_usage usage;
    struct task *task;

    *total = process->exited_usage;
    list_for_each_entry (task, &process->threads, thread_node) {
        process_usage_of_thread(&task->thread, &usage);
        process_usage_add(total, &usage);
    }
}

void process_usage_total(struct process *process, struct process_usage *total)
{
    unsigned long flags = spin_lock_irqsave(&process->lock);

    process_usage_total_locked(process, total);
    spin_unlock_irqrestore(&process->lock, flags);
}

void process_cpu_time(struct process *process, struct cpu_time *total)
{
    unsigned long flags = spin_lock_irqsave(&process->cpu_time_lock);
    struct cpu_time time;
    struct task *task;

    *total = (struct cpu_time){process->exited_usage.user_ns, process->exited_usage.system_ns};
    list_for_each_entry (task, &process->threads, thread_node) {
        thread_cpu_time(&task->thread, &time);
        total->user_ns += time.user_ns;
        total->system_ns += time.system_ns;
    }
    spin_unlock_irqrestore(&process->cpu_time_lock, flags);
}

void process_usage_children(struct process *process, struct process_usage *usage)
{
    unsigned long flags = spin_lock_irqsave(&process->lock);

    *usage = process->children_usage;
    spin_unlock_irqrestore(&process->lock, flags);
}
