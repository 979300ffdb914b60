/*
 * The directories of /proc that lead to tasks: the root, /proc/PID and /proc/PID/task/TID, which
 * hold what was registered, and /proc/PID/task (proc(5)).
 *
 * Positions: in the root first the entries' place in the list, from POSITION_PROCESSES on numbers.
 */
#include "kernel/abi/dirent.h"
#include "kernel/abi/errno.h"
#include "kernel/core/init.h"
#include "kernel/fs/procfs.h"
#include "kernel/proc/task.h"

#define POSITION_PROCESSES 0x10000

/* What every process's and every thread's directory holds: what was registered. */
static int entry_find(const struct pseudo_subject *of, const struct name *name,
                      struct pseudo_child *child)
{
    child->entry = pseudo_find(of, name);
    child->is_thread = of->is_thread;
    return child->entry ? 0 : -ENOENT;
}

static const struct pseudo_dir entries_dir = {.find = entry_find, .next = pseudo_next};
static const struct pseudo_entry task_entry = {.mode = S_IFDIR | 0555, .dir = &entries_dir};

/* The directory of the task with this number, which any thread has, though only processes' are
 * listed. */
static int task_find_child(unsigned number, struct pseudo_child *child)
{
    child->pid = pid_find((pid_t)number);
    child->entry = &task_entry;
    return child->pid ? 0 : -ENOENT;
}

/* The first task from *number on that is a process (NULL) or part of this one. False: none. */
static bool task_next(const struct process *process, pid_t *number)
{
    struct task *task;
    bool is_wanted = false;

    while (!is_wanted && (*number = pid_next(*number)) != 0) {
        task = task_find(*number);
        if (task)
            is_wanted = process ? task->process == process : task->process->pid->number == *number;
        task_put(task);
        if (!is_wanted)
            ++*number;
    }
    return is_wanted;
}

static int root_find(const struct pseudo_subject *of, const struct name *name,
                     struct pseudo_child *child)
{
    unsigned number;

    if (entry_find(of, name, child) == 0)
        return 0;
    return pseudo_number(name, &number) == 0 ? task_find_child(number, child) : -ENOENT;
}

static bool root_next(const struct pseudo_subject *of, loff_t *position, struct pseudo_name *name)
{
    pid_t number;

    if (pseudo_next(of, position, name))
        return true;
    number = *position > POSITION_PROCESSES ? (pid_t)(*position - POSITION_PROCESSES) : 1;
    if (!task_next(NULL, &number))
        return false;
    pseudo_name_number(name, (unsigned)number, DT_DIR);
    *position = POSITION_PROCESSES + number + 1;
    return true;
}

static const struct pseudo_dir root_dir = {.find = root_find, .next = root_next};
const struct pseudo_entry proc_root = {.mode = S_IFDIR | 0555, .dir = &root_dir};

/* /proc/PID/task */
static int threads_find(const struct pseudo_subject *of, const struct name *name,
                        struct pseudo_child *child)
{
    unsigned number;
    struct task *task;
    bool is_ours;

    if (pseudo_number(name, &number) != 0 || task_find_child(number, child) != 0)
        return -ENOENT;
    child->is_thread = true;
    task = pid_task(child->pid);
    is_ours = task && task->process == of->task->process;
    task_put(task);
    return is_ours ? 0 : -ENOENT;
}

static bool threads_next(const struct pseudo_subject *of, loff_t *position,
                         struct pseudo_name *name)
{
    pid_t number = (pid_t)*position;

    if (!task_next(of->task->process, &number))
        return false;
    pseudo_name_number(name, (unsigned)number, DT_DIR);
    *position = number + 1;
    return true;
}

static const struct pseudo_dir threads_dir = {.find = threads_find, .next = threads_next};

static int show_self(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    if (!thread_is_task(current))
        return -ENOENT;
    text_printf(text, "%d", current_process()->pid->number);
    return 0;
}

static int show_thread_self(const struct pseudo_subject *of, struct text *text)
{
    (void)of;
    if (!thread_is_task(current))
        return -ENOENT;
    text_printf(text, "%d/task/%d", current_process()->pid->number, current->tid);
    return 0;
}

static struct pseudo_entry self_entries[] = {
    {.name = "self", .mode = S_IFLNK | 0777, .link = show_self},
    {.name = "thread-self", .mode = S_IFLNK | 0777, .link = show_thread_self},
};

static struct pseudo_entry task_entries[] = {
    {.name = "task", .mode = S_IFDIR | 0555, .dir = &threads_dir, .only_in_process = true},
};

static void proc_tasks_register(void)
{
    pseudo_register(self_entries, ARRAY_SIZE(self_entries));
    pseudo_register_process(task_entries, ARRAY_SIZE(task_entries));
}
INIT_CALL(2, proc_tasks_register);
