/*
 * Out of memory: who has to die for the next page (proc(5): /proc/PID/{oom_score,oom_score_adj}).
 *
 * A program's page fault that finds no memory ends here. The process whose pages and page tables
 * are the most, plus its oom_score_adj in thousandths of all memory, is killed, with all that share
 * its memory; its pages are taken at once (mm_doom), and the fault is tried again. What is not in
 * its page tables alone comes back when it has ended: before the next one is killed there is some
 * time for that, but not without end, for it may wait for a lock that the faulting thread holds.
 *
 * Process 1 is never chosen. When nobody else is left, who asked for the page dies of it; if that
 * is process 1, the machine has come to its end.
 *
 * Locking: oom_lock, a mutex, lets one thread at a time choose. Scores are computed under
 * process_tree_lock and the signal lock.
 */
#include "kernel/abi/oom.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/stat.h"
#include "kernel/abi/wait.h"
#include "kernel/core/cred.h"
#include "kernel/core/init.h"
#include "kernel/core/log.h"
#include "kernel/core/panic.h"
#include "kernel/lib/parse.h"
#include "kernel/lib/string.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/page.h"
#include "kernel/proc/signal_internal.h"
#include "kernel/sched/mutex.h"
#include "kernel/vfs/pseudo.h"

#define VICTIM_TIME_NS (2 * NSEC_PER_SEC)

#define KIB_PER_PAGE (PAGE_SIZE / 1024)
#define SCORE_NEVER INT64_MIN

static struct mutex oom_lock = MUTEX_INIT(oom_lock, RANK_OUT_OF_MEMORY);
static uint32_t kill_count; /* atomic; changed under oom_lock */

/* A process as it is when it is chosen. */
struct victim {
    struct mm *mm; /* NULL: there is none */
    long score;
    pid_t number;
    char name[THREAD_NAME_MAX];
    uid_t uid;
    size_t pages, tables;
    int adjustment;
};

/* What the process runs in, all its threads in the same; NULL: it has left that. Under the signal
 * lock. */
static struct mm *memory_of(const struct process *process)
{
    const struct task *task;

    list_for_each_entry (task, &process->threads, thread_node)
        if (task->thread.mm != NULL)
            return task->thread.mm;
    return NULL;
}

/* A child of vfork(2) that is still in its parent's memory; of a process that isn't GONE. Under the
 * tree lock. */
static bool is_in_vfork(const struct process *process)
{
    const struct task *leader = process->leader;

    return leader->is_vfork && !atomic_load(&leader->left_memory);
}

/* In pages; SCORE_NEVER: not to be chosen. Under the tree lock and the signal lock. */
static long process_score(const struct process *process)
{
    const struct mm *mm = memory_of(process);

    if (mm == NULL || process->is_init || process->oom_score_adj == OOM_SCORE_ADJ_MIN)
        return SCORE_NEVER;
    if (READ_ONCE(mm->is_doomed) || is_in_vfork(process))
        return SCORE_NEVER;
    return (long)(READ_ONCE(mm->resident_pages) + READ_ONCE(mm->page_table.table_count)) +
           process->oom_score_adj * (long)(page_total_count() / OOM_SCORE_ADJ_MAX);
}

/* Under the tree lock and the signal lock. */
static void victim_set(struct victim *victim, const struct process *process, long score)
{
    const struct thread *leader = &process->leader->thread;

    victim->mm = memory_of(process);
    victim->score = score;
    victim->number = process->pid->number;
    strlcpy(victim->name, leader->name, sizeof(victim->name));
    victim->uid = leader->cred->uid;
    victim->pages = READ_ONCE(victim->mm->resident_pages);
    victim->tables = READ_ONCE(victim->mm->page_table.table_count);
    victim->adjustment = process->oom_score_adj;
}

/* The worst process, of those that don't share memory with process 1, the first in the list. Under
 * the tree lock. */
static void victim_find(struct victim *victim)
{
    struct mm *spared = NULL;
    struct process *process;
    long score;

    *victim = (struct victim){.score = SCORE_NEVER};
    list_for_each_entry (process, &process_list, all_node) {
        spin_lock(&process->lock);
        if (process->is_init)
            spared = memory_of(process);
        score = process_score(process);
        if (score > victim->score && memory_of(process) != spared)
            victim_set(victim, process, score);
        spin_unlock(&process->lock);
    }
}

/* Kills all that run in this memory. Under the tree lock. */
static void users_kill(const struct mm *mm)
{
    struct process *process;

    list_for_each_entry (process, &process_list, all_node) {
        spin_lock(&process->lock);
        if (memory_of(process) == mm)
            process_kill_locked(process, WAIT_STATUS_SIGNALED(SIGKILL));
        spin_unlock(&process->lock);
    }
}

/* Kills the worst process, and takes its pages; false: there is none. Under oom_lock. */
static bool worst_kill(void)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    struct victim victim;

    victim_find(&victim);
    if (victim.mm != NULL) {
        mm_hold(victim.mm);
        users_kill(victim.mm);
    }
    spin_unlock_irqrestore(&process_tree_lock, flags);
    if (victim.mm == NULL)
        return false;
    pr_warn(
        "out of memory, for %s[%d]: killed %s[%d] of user %u, who has most: %zu KiB, %zu KiB of "
        "page tables, oom_score_adj %d",
        current->name, current_process()->pid->number, victim.name, victim.number, victim.uid,
        victim.pages * KIB_PER_PAGE, victim.tables * KIB_PER_PAGE, victim.adjustment);
    mm_doom(victim.mm);
    mm_release(victim.mm);
    return true;
}

/* Waits for those who have been killed to end, or for our own end; false: they take too long. */
static bool victims_await(void)
{
    return wait_event_killable_until(&mm_doomed_wait, !mm_doomed_exist(),
                                     clock_monotonic_ns() + VICTIM_TIME_NS) != -ETIMEDOUT;
}

/* There is nobody to kill, but perhaps the process that asks. */
static void last_resort(void)
{
    struct process *process = current_process();

    if (mm_doomed_exist()) {
        (void)victims_await();
        return;
    }
    if (process->is_init)
        panic("out of memory, and there is no process left to kill");
    pr_warn("out of memory: killed %s[%d], who asked for it: nobody else may be", current->name,
            process->pid->number);
    signal_force_fatal(SIGKILL);
}

static bool is_dying(void)
{
    return (atomic_load(&current->flags) & TF_KILLED) != 0;
}

/* See mm_out_of_memory. */
static int out_of_memory(unsigned attempt)
{
    uint32_t kills = atomic_load(&kill_count);
    bool is_patient = attempt < OUT_OF_MEMORY_PATIENCE, found = true;

    if (is_dying())
        return -ENOMEM;
    if (is_patient && (!page_is_short() || (mm_doomed_exist() && victims_await())))
        return is_dying() ? -ENOMEM : 0;
    mutex_lock(&oom_lock);
    if (kills == kill_count) { /* else another thread has killed since we looked */
        found = worst_kill();
        atomic_add(&kill_count, found);
    }
    mutex_unlock(&oom_lock);
    if (!found)
        last_resort();
    return is_dying() ? -ENOMEM : 0;
}

/* In thousandths of memory, moved so that it is no less than 0; for who never dies of it 0. */
static int score_show(const struct pseudo_subject *of, struct text *text)
{
    struct process *process = of->task->process;
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    long score, shown = 0;

    spin_lock(&process->lock);
    score = process_score(process);
    spin_unlock(&process->lock);
    spin_unlock_irqrestore(&process_tree_lock, flags);
    if (score != SCORE_NEVER)
        shown = (OOM_SCORE_ADJ_MAX + score * OOM_SCORE_ADJ_MAX / (long)page_total_count()) * 2 / 3;
    text_printf(text, "%ld\n", shown);
    return 0;
}

static int adjustment_show(const struct pseudo_subject *of, struct text *text)
{
    text_printf(text, "%d\n", READ_ONCE(of->task->process->oom_score_adj));
    return 0;
}

/* What root sets nobody else may go below. Under the signal lock. */
static void adjustment_set_locked(struct process *process, int value)
{
    process->oom_score_adj = value;
    if (cred_is_privileged(current->cred))
        process->oom_score_adj_min = value;
}

/* Sets it for all that share the memory, but for children of vfork, who will have their own. Under
 * the tree lock. */
static void adjustment_spread(struct process *from, int value)
{
    struct mm *mm = NULL;
    struct process *process;

    if (!is_in_vfork(from)) {
        spin_lock(&from->lock);
        mm = memory_of(from);
        spin_unlock(&from->lock);
    }
    list_for_each_entry (process, &process_list, all_node) {
        spin_lock(&process->lock);
        if (mm != NULL && memory_of(process) == mm && process != from && !process->is_init)
            adjustment_set_locked(process, value);
        spin_unlock(&process->lock);
    }
}

/* 0, -ESRCH, -EACCES. */
static int adjustment_set(struct process *process, int value)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    int err = process->state == PROCESS_GONE ? -ESRCH : 0;

    spin_lock(&process->lock);
    if (err == 0 && value < process->oom_score_adj_min && !cred_is_privileged(current->cred))
        err = -EACCES;
    if (err == 0)
        adjustment_set_locked(process, value);
    spin_unlock(&process->lock);
    if (err == 0)
        adjustment_spread(process, value);
    spin_unlock_irqrestore(&process_tree_lock, flags);
    return err;
}

#define NUMBER_LENGTH_MAX 12 /* as much of a write as Linux looks at */

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static int adjustment_store(const struct pseudo_subject *of, char *text)
{
    size_t length = strlen(text);
    int64_t value;
    int err;

    while (length > 0 && is_space(text[length - 1]))
        text[--length] = '\0';
    while (is_space(*text))
        text++;
    err = parse_i64(text, 0, &value);
    if (err != 0)
        return err;
    if (value < INT32_MIN || value > INT32_MAX)
        return -ERANGE;
    if (value < OOM_SCORE_ADJ_MIN || value > OOM_SCORE_ADJ_MAX)
        return -EINVAL;
    return of->task ? adjustment_set(of->task->process, (int)value) : -ESRCH;
}

static struct pseudo_entry entries[] = {
    {.name = "oom_score", .mode = S_IFREG | 0444, .show = score_show},
    {.name = "oom_score_adj",
     .mode = S_IFREG | 0644,
     .show = adjustment_show,
     .store = adjustment_store,
     .store_most = NUMBER_LENGTH_MAX},
};

static void oom_init(void)
{
    mm_out_of_memory = out_of_memory;
    pseudo_register_process(entries, ARRAY_SIZE(entries));
}
INIT_CALL(2, oom_init);
