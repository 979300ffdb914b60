/*
 * Running programs: execve(2), execveat(2).
 *
 * First everything is looked up, read and checked that can fail: the strings, the file, its
 * interpreters, its headers, memory for what the program needs. Then the point of no return: the
 * other threads end. The new address space is built while the old one is still in use, and put in
 * its place last. A failure in between kills the process, as on Linux.
 */
#include "kernel/proc/exec.h"

#include "arch/api/user.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/personality.h"
#include "kernel/core/tracepoint.h"
#include "kernel/lib/format.h"
#include "kernel/lib/string.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/slab.h"
#include "kernel/proc/cred.h"
#include "kernel/proc/signal_internal.h"
#include "kernel/proc/user.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/fs.h"
#include "kernel/vfs/inode.h"
#include "kernel/vfs/mount.h"

#define FD_NAME_SIZE (sizeof("/dev/fd/-2147483648/"))
#define REWRITES_MAX 5 /* scripts run by scripts: Linux's limit */

/* Opens a program and reads its beginning into exec->header, with zeros behind the end of the file.
 */
static int exec_open(struct exec *exec, const struct exec_target *target, struct file **out)
{
    struct file *file;
    ssize_t count;
    int err = file_open_exec(target->dirfd, target->path, target->at_flags, &file);

    if (err != 0)
        return err;
    memset(exec->header, 0, sizeof(exec->header));
    count = file_read_kernel(file, exec->header, EXEC_HEADER_SIZE, 0);
    if (count < 0) {
        file_put_exec(file);
        return (int)count;
    }
    *out = file;
    return 0;
}

/* exec->header is a script's: puts its interpreter before the arguments and opens that instead. */
static int exec_open_interpreter(struct exec *exec, struct file **file)
{
    const char *interpreter, *argument;
    bool is_first = exec->args.prefix == NULL;
    struct exec_target target = {.dirfd = AT_FDCWD};
    int err = exec_script_parse(exec->header, &interpreter, &argument);

    file_put_exec(*file);
    *file = NULL;
    if (err == 0 && is_first && exec->is_closed_to)
        err = -ENOENT; /* the interpreter couldn't read it */
    if (err == 0 && is_first)
        err = exec_args_prepend(&exec->args, exec->name);
    if (err == 0 && argument != NULL)
        err = exec_args_prepend(&exec->args, argument);
    if (err == 0)
        err = exec_args_prepend(&exec->args, interpreter);
    if (err != 0)
        return err;

    /* The header that the name lies in is read over. */
    target.path = exec->args.prefix + EXEC_PREFIX_SIZE - exec->args.prefix_size;
    return exec_open(exec, &target, file);
}

/* The dynamic loader, if the program names one. */
static int exec_read_interpreter(struct exec *exec)
{
    struct exec_target target = {.dirfd = AT_FDCWD};
    struct file *file = NULL;
    char *path;
    int err = exec_elf_interpreter(&exec->program, &path);

    if (err != 0 || path == NULL)
        return err;
    target.path = path;
    err = exec_open(exec, &target, &file);
    kfree(path);
    if (err != 0)
        return err;
    err = exec_elf_read(&exec->interpreter, file, exec->header, EXEC_HEADER_SIZE);
    return err == -ENOEXEC ? -ELIBBAD : err;
}

/* Finds the program that is to run, by way of scripts, and reads its headers. */
static int exec_read_program(struct exec *exec)
{
    struct file *file = NULL;
    int err = exec_open(exec, exec->target, &file);

    for (unsigned depth = 0; err == 0 && memcmp(exec->header, "#!", 2) == 0; depth++) {
        err = exec_open_interpreter(exec, &file);
        if (err == 0 && depth == REWRITES_MAX) {
            file_put_exec(file);
            return -ELOOP;
        }
    }
    if (err == 0)
        err = exec_elf_read(&exec->program, file, exec->header, EXEC_HEADER_SIZE);
    return err != 0 ? err : exec_read_interpreter(exec);
}

/* What a file's set-user-ID and set-group-ID bits make of a cred. Bits and owners are read in one
 * step: a chown meanwhile, which clears the bits, must not lend them the new owner's rights. */
static void cred_take_file(struct cred *cred, struct inode *inode)
{
    mutex_lock(&inode->lock);
    if (inode->mode & S_ISUID)
        cred->euid = inode->uid;
    if ((inode->mode & (S_ISGID | S_IXGRP)) == (S_ISGID | S_IXGRP))
        cred->egid = inode->gid;
    mutex_unlock(&inode->lock);
}

/* The credentials that the program runs with: set-user-ID and set-group-ID bits count, unless that
 * was given up, the mount has nosuid, somebody else could change our root directory, or a tracer
 * could change us. */
static int exec_prepare_cred(struct exec *exec)
{
    struct inode *inode = exec->program.file->inode;
    struct cred *cred = cred_prepare();

    if (cred == NULL)
        return -ENOMEM;
    if (!current_task()->no_new_privileges && atomic_load(&current->fs->tasks) == 1 &&
        !mount_has(exec->program.file->path.mount, MS_NOSUID) && ptrace_close())
        cred_take_file(cred, inode);
    cred->suid = cred->fsuid = cred->euid;
    cred->sgid = cred->fsgid = cred->egid;
    exec->is_secure = cred->euid != cred->uid || cred->egid != cred->gid;
    exec->is_dumpable = !exec->is_secure && inode_permission(inode, current->cred, MAY_READ) == 0;
    exec->cred = cred;
    return 0;
}

/* By what name the program may find itself again. What comes from a directory's descriptor, or is
 * one, is named by that. */
static int exec_find_name(struct exec *exec)
{
    const struct exec_target *target = exec->target;
    size_t size = strlen(target->path) + FD_NAME_SIZE;

    exec->name = target->path;
    if (target->dirfd == AT_FDCWD || target->path[0] == '/')
        return 0;
    exec->name = exec->fd_name = kmalloc(size);
    if (exec->fd_name == NULL)
        return -ENOMEM;
    format_string(exec->fd_name, size, "/dev/fd/%d%s%s", target->dirfd,
                  target->path[0] != '\0' ? "/" : "", target->path);
    exec->is_closed_to = fd_cloexec_get((unsigned)target->dirfd) == 1;
    return 0;
}

static int exec_prepare(struct exec *exec, struct exec_vector argv, struct exec_vector envp)
{
    struct task *task = current_task();
    int err;

    if (task->over_task_limit && atomic_load(&task->user->task_count) > process_limit(RLIMIT_NPROC))
        return -EAGAIN;
    task->over_task_limit = false;
    err = exec_find_name(exec);
    if (err == 0)
        err = exec_args_copy(&exec->args, argv, envp);
    if (err == 0)
        err = exec_read_program(exec);
    if (err != 0)
        return err;
    exec->mm = mm_create();
    exec->sighand = sighand_create();
    if (exec->mm == NULL || exec->sighand == NULL)
        return -ENOMEM;
    return 0;
}

/* Handlers were addresses in the old program; what was ignored stays ignored. */
static void exec_reset_signals(struct exec *exec, struct task *task)
{
    struct sighand *old = task->sighand;
    unsigned long flags;

    sighand_inherit_ignored(exec->sighand, old);
    flags = spin_lock_irqsave(&task->process->lock);
    task->sighand = exec->sighand;
    spin_unlock_irqrestore(&task->process->lock, flags);
    exec->sighand = NULL;
    sighand_put(old);
    task->altstack = (struct sigaltstack){.ss_flags = SS_DISABLE};
    task->restart.resume = NULL;
}

/* The task is called as the file that was named, or as the one that a descriptor refers to. */
static void exec_name_task(const struct exec *exec, struct task *task)
{
    const char *slash = strrchr(exec->name, '/');

    if (exec->target->path[0] == '\0')
        path_last_name(&exec->program.file->path, task->thread.name, sizeof(task->thread.name));
    else
        strlcpy(task->thread.name, slash != NULL ? slash + 1 : exec->name,
                sizeof(task->thread.name));
}

/* The process is another program's now, for its parent, its children and /proc. */
static void exec_mark_process(struct exec *exec, struct process *process)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    struct process *child;
    struct file *exe;

    process->has_execed = true;
    process->exit_signal = SIGCHLD;
    /* Made by a program that may have had other rights than we: no odd signals from them. */
    list_for_each_entry (child, &process->children, child_node)
        child->exit_signal = SIGCHLD;
    spin_lock(&process->lock);
    exe = process->exe;
    process->exe = exec->program.file;
    process->is_dumpable = exec->is_dumpable;
    spin_unlock(&process->lock);
    spin_unlock_irqrestore(&process_tree_lock, flags);
    exec->program.file = NULL;
    if (exe != NULL)
        file_put_exec(exe);
}

/* What who has fewer rights than the program could trouble it by. */
static void exec_drop_influence(struct task *task)
{
    struct process *process = task->process;
    struct rlimit *stack = &process->limits[RLIMIT_STACK];
    unsigned long flags = spin_lock_irqsave(&process->lock);

    stack->rlim_cur = min(stack->rlim_cur, STACK_LIMIT_DEFAULT);
    spin_unlock_irqrestore(&process->lock, flags);
    atomic_store(&task->parent_death_signal, 0);
    task->personality = PER_LINUX;
}

/* The point of no return, and what comes after. */
static int exec_commit(struct exec *exec)
{
    struct task *task = current_task();
    uintptr_t ip, sp;
    int err = process_become_single();

    if (err != 0)
        return err;
    exec->is_past_return = true;
    posix_timers_delete_all(task->process);
    err = task_unshare_files(task);
    if (err == 0)
        err = exec_prepare_cred(exec);
    if (err == 0)
        err = exec_image_build(exec, &ip, &sp);
    if (err != 0)
        return err;

    /* Rights first: who could look into the old program must not see the new one's memory. */
    (void)cred_commit(exec->cred); /* the real user, which memory could be short for, is the same */
    exec->cred = NULL;
    exec_name_task(exec, task);
    exec_mark_process(exec, task->process);
    task_leave_memory(task, exec->mm);
    exec->mm = NULL;
    exec_reset_signals(exec, task);
    if (exec->is_secure)
        exec_drop_influence(task);
    files_close_on_exec(task->thread.files);
    user_start(current_regs(), ip, sp);
    return 0;
}

static void exec_free(struct exec *exec)
{
    exec_args_free(&exec->args);
    exec_elf_free(&exec->program);
    exec_elf_free(&exec->interpreter);
    if (exec->mm != NULL)
        mm_put(exec->mm);
    if (exec->sighand != NULL)
        sighand_put(exec->sighand);
    cred_put(exec->cred);
    kfree(exec->fd_name);
}

long process_exec(const struct exec_target *target, struct exec_vector argv,
                  struct exec_vector envp)
{
    struct exec *exec = kzalloc(sizeof(*exec));
    pid_t former_tid = current->tid;
    int err;

    if (exec == NULL)
        return -ENOMEM;
    exec->target = target;
    err = exec_prepare(exec, argv, envp);
    if (err == 0)
        err = exec_commit(exec);
    if (err != 0 && exec->is_past_return)
        signal_force_fatal(SIGSEGV);
    if (err == 0)
        trace_sched_process_exec(current->tid, former_tid, exec->name);
    ptrace_open();
    exec_free(exec);
    kfree(exec);
    if (err == 0)
        ptrace_exec(former_tid);
    return err;
}
