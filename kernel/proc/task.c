/*
 * Tasks as objects: making, finding and freeing them. See task.h.
 *
 * A task whose last reference goes where nobody may sleep, or that drops it itself, is put on the
 * graveyard, and the reaper thread frees it, or who makes a new one and finds no room. Nobody frees
 * a task before it is off its CPU for good.
 */
#include "kernel/proc/task.h"

#include "kernel/core/init.h"
#include "kernel/core/panic.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/page.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/cred.h"
#include "kernel/proc/signal_internal.h"
#include "kernel/proc/user.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/fs.h"

#define TIMER_SLACK_NS 50000 /* of process 1, as on Linux */

static SLAB_CACHE(task_cache, struct task);
static uint32_t task_counter; /* those that are charged; atomic */
uint64_t task_count_max;

static struct spinlock graveyard_lock = SPINLOCK_INIT(RANK_LEAF);
static struct list graveyard = LIST_INIT(graveyard);
static struct wait_queue reaper_wait = WAIT_QUEUE_INIT(reaper_wait);

struct task *task_create(const char *name)
{
    struct task *task = slab_alloc(&task_cache);

    if (task == NULL)
        return NULL;
    if (thread_init(&task->thread, name) != 0) {
        slab_free(&task_cache, task);
        return NULL;
    }
    task->thread.cred = NULL;
    refcount_init(&task->ref);
    signal_queue_init(&task->pending);
    wait_queue_init(&task->vfork_wait);
    tracing_init(&task->tracing);
    task->altstack.ss_flags = SS_DISABLE;
    task->start_ns = clock_monotonic_ns();
    task->timer_slack_ns = task->default_timer_slack_ns = TIMER_SLACK_NS;
    return task;
}

void task_charge(struct task *task)
{
    atomic_add(&task_counter, 1);
    atomic_add(&task->user->task_count, 1);
    task->is_charged = true;
}

void task_uncharge(struct task *task)
{
    if (!task->is_charged)
        return;
    atomic_sub(&task_counter, 1);
    atomic_sub(&task->user->task_count, 1);
    task->is_charged = false;
}

/* Frees a task that has ended, or one that could not be finished and lacks some of its parts. */
static void task_free(struct task *task)
{
    struct thread *thread = &task->thread;

    signal_queue_remove(&task->pending, ~(signal_set)0);
    if (thread->mm != NULL)
        mm_put(thread->mm);
    files_leave(thread->files);
    fs_context_leave(thread->fs);
    cred_put(thread->cred);
    if (task->sighand != NULL)
        sighand_put(task->sighand);
    task_uncharge(task);
    if (task->user != NULL)
        user_put(task->user);
    pid_put(task->pid);
    process_put(task->process);
    thread_destroy(thread);
    slab_free(&task_cache, task);
}

static void task_bury(struct task *task)
{
    thread_wait_off_cpu(&task->thread);
    task_free(task);
}

struct task *task_get(struct task *task)
{
    refcount_get(&task->ref);
    return task;
}

void task_put(struct task *task)
{
    unsigned long flags;

    if (task == NULL || !refcount_put(&task->ref))
        return;
    if (may_sleep() && &task->thread != current) {
        task_bury(task);
        return;
    }
    flags = spin_lock_irqsave(&graveyard_lock);
    list_add_tail(&graveyard, &task->graveyard_node);
    spin_unlock_irqrestore(&graveyard_lock, flags);
    wake_up(&reaper_wait);
}

static struct task *graveyard_take(void)
{
    unsigned long flags = spin_lock_irqsave(&graveyard_lock);
    struct task *task = list_first_entry(&graveyard, struct task, graveyard_node);

    if (task != NULL)
        list_del(&task->graveyard_node);
    spin_unlock_irqrestore(&graveyard_lock, flags);
    return task;
}

bool task_reap(void)
{
    struct task *task = graveyard_take();

    if (task != NULL)
        task_bury(task);
    return task != NULL;
}

static void reaper_run(void *unused)
{
    struct task *task;

    (void)unused;
    for (;;) {
        (void)wait_event(&reaper_wait, (task = graveyard_take()) != NULL); /* gets no signals */
        task_bury(task);
    }
}

/* Kernel stacks may take a quarter of memory. */
static void task_count_limit(void)
{
    task_count_max = page_total_count() / (4 * KERNEL_STACK_SIZE / PAGE_SIZE);
}
INIT_CALL(1, task_count_limit);

static void reaper_start(void)
{
    if (thread_create_kernel(reaper_run, NULL, "reaper") == NULL)
        panic("no memory for the reaper thread");
}
INIT_CALL(4, reaper_start);

void task_release(struct task *task)
{
    spin_lock(&task->process->lock);
    task_uncharge(task);
    spin_unlock(&task->process->lock);
    task->pid->task = NULL;
}

struct task *pid_task(struct pid *pid)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    struct task *task = pid->task;

    if (task != NULL)
        task_get(task);
    spin_unlock_irqrestore(&process_tree_lock, flags);
    return task;
}

struct task *task_find(pid_t tid)
{
    struct pid *pid = pid_find(tid);
    struct task *task = pid != NULL ? pid_task(pid) : NULL;

    pid_put(pid);
    return task;
}

bool thread_is_task(const struct thread *thread)
{
    return thread->tid != 0;
}

uint32_t task_count(void)
{
    return atomic_load(&task_counter);
}
