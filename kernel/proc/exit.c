/*
 * The end of threads and processes: exit(2), exit_group(2), death by signal.
 *
 * A thread first tells its tracer, then stops to take signals, then gives up what it holds of
 * memory and files, then is unlinked in one step under the tree lock. The last thread's unlinking
 * ends the process, unless a tracer still has to wait for one of the others: children go to another
 * parent, the process becomes a zombie and the parent is told, or, if the parent doesn't care, it
 * goes at once.
 */
#include "arch/api/cpu.h"
#include "kernel/abi/wait.h"
#include "kernel/core/panic.h"
#include "kernel/core/tracepoint.h"
#include "kernel/lib/string.h"
#include "kernel/mm/mm.h"
#include "kernel/proc/cred.h"
#include "kernel/proc/family.h"
#include "kernel/proc/futex.h"
#include "kernel/proc/job_control.h"
#include "kernel/proc/signal_internal.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/fs.h"

static __noreturn void panic_init_exited(int status)
{
    if ((status & 0x7f) == 0)
        panic("init exited with status %d", status >> 8 & 0xff);
    panic("init exited: killed by signal %d", status & 0x7f);
}

/* From here on the thread takes no signal. True for the last thread of the process. */
static bool task_begin_exit(struct task *task, int status)
{
    struct process *process = task->process;
    unsigned long flags = spin_lock_irqsave(&process->lock);
    int stop_signal = process->stop_signal;
    bool is_last, has_stopped;

    task->is_exiting = true;
    signal_retarget_locked(task, ~task->blocked);
    has_stopped = task_leave_stop_locked(task);
    is_last = --process->live_count == 0;
    task->tracing.end_status = process->is_exiting ? process->status : status;
    if (is_last && !process->is_exiting)
        process->status = status;
    status = process->status;
    spin_unlock_irqrestore(&process->lock, flags);

    if (is_last && process->is_init)
        panic_init_exited(status);
    if (has_stopped && !is_last)
        process_notify_parent(process, CLD_STOPPED, stop_signal);
    return is_last;
}

void task_leave_memory(struct task *task, struct mm *next)
{
    struct process *process = task->process;
    struct mm *mm = task->thread.mm;
    unsigned long flags;

    futex_task_end(task);
    flags = spin_lock_irqsave(&process->lock);
    if (mm != NULL)
        process->exited_usage.peak_pages =
            max(process->exited_usage.peak_pages, READ_ONCE(mm->resident_peak));
    task->thread.mm = next;
    spin_unlock_irqrestore(&process->lock, flags);
    arch_use_page_table(next != NULL ? &next->page_table : NULL);
    if (mm != NULL)
        mm_put(mm);
    atomic_store(&task->left_memory, true);
    wake_up_all(&task->vfork_wait);
}

static void task_leave_files(struct task *task)
{
    struct files *files = task->thread.files;
    struct fs_context *fs = task->thread.fs;
    unsigned long flags = spin_lock_irqsave(&task->process->lock);

    task->thread.files = NULL;
    task->thread.fs = NULL;
    spin_unlock_irqrestore(&task->process->lock, flags);
    files_leave(files);
    fs_context_leave(fs);
}

static void process_leave_exe(struct process *process)
{
    unsigned long flags = spin_lock_irqsave(&process->lock);
    struct file *exe = process->exe;

    process->exe = NULL;
    spin_unlock_irqrestore(&process->lock, flags);
    if (exe != NULL)
        file_put_exec(exe);
}

/* Books the thread's use on the process and takes it off the list; exec may wait for that. Under
 * the tree lock. */
static void task_unlink(struct task *task)
{
    struct process *process = task->process;
    struct process_usage usage;
    struct cpu_time booked;

    spin_lock(&process->lock);
    spin_lock(&process->cpu_time_lock);
    thread_cpu_time(&task->thread, &booked);
    process_usage_of_thread(&task->thread, &usage);
    process_usage_add(&process->exited_usage, &usage);
    list_del(&task->thread_node);
    spin_unlock(&process->cpu_time_lock);
    signal_queue_remove(&task->pending, ~(signal_set)0);
    process->thread_count--;
    if (process->exec_task != NULL)
        wake_up_all(&process->thread_wait);
    spin_unlock(&process->lock);
}

/* The thread is gone for everybody else; what it was the last of ends. */
static void task_end(struct task *task)
{
    struct process *process = task->process;
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    bool is_leader = task == process->leader;

    ptrace_tracer_end(task);
    family_hand_over(task);
    task_unlink(task);
    if (!is_leader && !ptrace_thread_end(task))
        task_release(task);
    process_end_if_last(process);
    spin_unlock_irqrestore(&process_tree_lock, flags);
}

void task_exit(int status)
{
    struct task *task = current_task();
    struct process *process = task->process;
    bool is_last;

    ptrace_exit(status);
    is_last = task_begin_exit(task, status);
    trace_sched_process_exit(task->thread.name, task->thread.tid,
                             thread_priority_told(&task->thread));
    task_leave_memory(task, NULL);
    /* While the terminal is still open: its last close would untie it without a word. */
    if (is_last && process->session == process->pid && process_session_end_hook != NULL)
        process_session_end_hook(process);
    task_leave_files(task);
    if (is_last) {
        posix_timers_end(process);
        process_leave_exe(process);
    }
    task_end(task);

    /* Preemption between these two would let the reaper find the thread off its CPU, and alive. */
    irq_disable();
    task_put(task);
    thread_exit();
}

void process_exit(int status)
{
    struct process *process = current_process();
    unsigned long flags = spin_lock_irqsave(&process->lock);

    if (process->is_exiting)
        status = process->status;
    else if (process->exec_task != NULL)
        status = 0; /* another thread's execve goes on without us */
    else
        process_kill_locked(process, status);
    spin_unlock_irqrestore(&process->lock, flags);
    task_exit(status);
}
