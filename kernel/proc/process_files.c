/*
 * What procfs shows of processes (proc(5)): how it finds them, and /proc/PID/{exe,comm}.
 */
#include "kernel/abi/errno.h"
#include "kernel/abi/stat.h"
#include "kernel/core/init.h"
#include "kernel/lib/string.h"
#include "kernel/proc/task.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/pseudo.h"

static int exe_follow(struct process *process, struct path *target)
{
    struct file *exe = process_exe_get(process);

    if (exe == NULL)
        return -ENOENT;
    path_get(&exe->path);
    *target = exe->path;
    file_put(exe);
    return 0;
}

static int comm_show(struct process *process, struct text *text)
{
    char name[THREAD_NAME_MAX] = "";
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);

    if (process->leader != NULL)
        strlcpy(name, process->leader->thread.name, sizeof(name));
    spin_unlock_irqrestore(&process_tree_lock, flags);
    text_printf(text, "%s\n", name);
    return 0;
}

static struct pseudo_entry process_entries[] = {
    {.name = "exe", .mode = S_IFLNK | 0777, .follow = exe_follow},
    {.name = "comm", .mode = S_IFREG | 0444, .show = comm_show},
};

static void processes_get(struct process *process)
{
    (void)process_get(process);
}

static pid_t processes_next(pid_t after)
{
    struct process *process;

    while ((after = pid_next(after + 1)) != 0) {
        process = process_find(after);
        process_put(process);
        if (process != NULL)
            return after;
    }
    return 0;
}

static pid_t processes_self(void)
{
    return thread_is_task(current) ? current_process()->pid->number : 0;
}

/* Files of a process belong to its effective user, if he may look into it. */
static void processes_owner(struct process *process, uid_t *uid, gid_t *gid)
{
    unsigned long flags = spin_lock_irqsave(&process->lock);

    *uid = 0;
    *gid = 0;
    if (process->leader != NULL && process->is_dumpable) {
        *uid = process->leader->thread.cred->euid;
        *gid = process->leader->thread.cred->egid;
    }
    spin_unlock_irqrestore(&process->lock, flags);
}

static const struct pseudo_processes processes = {
    .find = process_find,
    .get = processes_get,
    .put = process_put,
    .next = processes_next,
    .self = processes_self,
    .owner = processes_owner,
};

static void process_files_init(void)
{
    pseudo_register_processes(&processes);
    pseudo_register_process(process_entries, ARRAY_SIZE(process_entries));
}
INIT_CALL(2, process_files_init);
