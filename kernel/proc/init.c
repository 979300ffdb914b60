/*
 * Process 1: the only one that isn't anybody's child. It is made by hand of the same parts that
 * clone.c copies for all others, begins in the kernel, runs a program and so goes to user mode.
 */
#include "arch/api/user.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/fcntl.h"
#include "kernel/core/cred.h"
#include "kernel/core/log.h"
#include "kernel/core/panic.h"
#include "kernel/proc/cred.h"
#include "kernel/proc/exec.h"
#include "kernel/proc/signal_internal.h"
#include "kernel/proc/user.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/fs.h"
#include "kernel/vfs/path.h"

/* Its first group and session, which nothing can be done with by number (setsid(2) makes real
 * ones). */
static struct pid pid_none = {
    .ref = {.count = 1},
    .group = LIST_INIT(pid_none.group),
    .session = LIST_INIT(pid_none.session),
};

/* What process 1 is to run, and how that went. */
static struct {
    const char *path;
    struct exec_vector argv, envp;
    bool is_done;
    long result;
    struct wait_queue wait;
} start = {.wait = WAIT_QUEUE_INIT(start.wait)};

/* Descriptors 0, 1 and 2 are the console, as on Linux, so that a shell can be the first program. */
static void console_open(void)
{
    struct file *file;
    int err = path_open(AT_FDCWD, "/dev/console", O_RDWR | O_NOCTTY, 0, 0, &file);

    if (err == 0) {
        err = fd_reserve(0, 0);
        if (err == 0)
            fd_fill(0, file);
        else
            file_put(file);
    }
    for (unsigned fd = 1; fd <= 2 && err >= 0; fd++)
        err = fd_dup_to(0, fd, 0);
    if (err < 0)
        pr_warn("/dev/console: cannot be opened for the first program: error %d", -err);
}

/* The first thing that process 1 does; returning goes to user mode. */
static void init_begin(void *unused)
{
    (void)unused;
    const struct exec_target target = {.dirfd = AT_FDCWD, .path = start.path};

    regs_clear_syscall(current_regs()); /* no call brought it here */
    console_open();
    start.result = process_exec(&target, start.argv, start.envp);
    atomic_store(&start.is_done, true);
    wake_up_all(&start.wait);
    /* Whoever wanted it run says why that is the end. */
    while (start.result != 0) {
        thread_set_state(THREAD_UNINTERRUPTIBLE);
        schedule();
    }
}

static int init_build(struct task *task)
{
    int err;

    task->thread.cred = cred_get(&root_cred);
    task->user = user_find(0);
    task->sighand = sighand_create();
    task->thread.files = files_create();
    if (task->user == NULL || task->sighand == NULL || task->thread.files == NULL)
        return -ENOMEM;
    task_charge(task);
    if ((err = fs_context_create(&task->thread.fs)) != 0 || (err = pid_alloc(&task->pid)) != 0)
        return err;
    assert(task->pid->number == 1);
    task->thread.tid = task->pid->number;
    task->process = process_create(task->pid, NULL);
    return task->process != NULL ? 0 : -ENOMEM;
}

static void init_link(struct task *task)
{
    struct process *process = task->process;
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);

    process->is_init = true;
    process->leader = task_get(task);
    process->exit_signal = SIGCHLD;
    process->group = pid_get(&pid_none);
    process->session = pid_get(&pid_none);
    list_init(&process->child_node);
    list_add_tail(&pid_none.group, &process->group_node);
    list_add_tail(&pid_none.session, &process->session_node);
    list_add_tail(&process_list, &process->all_node);
    spin_lock(&process->lock);
    process_add_thread_locked(process, task);
    spin_unlock(&process->lock);
    spin_unlock_irqrestore(&process_tree_lock, flags);
}

int process_start_init(const char *path, const char *const argv[], const char *const envp[])
{
    struct task *task = task_create("init");
    int err;

    if (task == NULL)
        return -ENOMEM;
    err = init_build(task);
    if (err != 0) {
        task_put(task);
        return err;
    }
    start.path = path;
    start.argv.kernel = argv;
    start.envp.kernel = envp;
    init_link(task);
    arch_thread_start_kernel(&task->thread, init_begin, NULL);
    thread_start(&task->thread);
    wait_event_uninterruptible(&start.wait, atomic_load(&start.is_done));
    return (int)start.result;
}
