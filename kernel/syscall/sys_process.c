/*
 * System calls on the life of processes: fork(2), clone(2), execve(2), exit(2), wait4(2),
 * getpid(2), setpgid(2), setsid(2) and their kin. What they do is kernel/proc's.
 */
#include "arch/api/user.h"
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/limits.h"
#include "kernel/lib/string.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/exec.h"
#include "kernel/proc/pidfd.h"
#include "kernel/proc/refuse.h"
#include "kernel/proc/usage.h"
#include "kernel/proc/wait.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/path.h"

#define CLONE_SET_TID_MAX 32 /* Linux's depth of pid namespaces */

#define WAIT4_OPTIONS (WNOHANG | WUNTRACED | WCONTINUED | __WNOTHREAD | (int)__WCLONE | __WALL)
#define WAITID_EVENTS (WEXITED | WSTOPPED | WCONTINUED)
#define WAITID_OPTIONS (WNOHANG | WNOWAIT | WAITID_EVENTS | __WNOTHREAD | (int)__WCLONE | __WALL)

/* The number of the process. */
long sys_getpid(void)
{
    return current_process()->pid->number;
}

/* The number of the thread. */
long sys_gettid(void)
{
    return current->tid;
}

/* The number of the parent process; 0: it has none. */
long sys_getppid(void)
{
    return READ_ONCE(current_process()->parent_number);
}

/* The process group. */
long sys_getpgrp(void)
{
    return process_group_of(0, false);
}

/* The process group of a process (0: of this one). */
long sys_getpgid(pid_t pid)
{
    return pid < 0 ? -ESRCH : process_group_of(pid, false);
}

/* The session of a process (0: of this one). */
long sys_getsid(pid_t pid)
{
    return pid < 0 ? -ESRCH : process_group_of(pid, true);
}

/* Puts a process into a process group, of its own or another of the session. */
long sys_setpgid(pid_t pid, pid_t pgid)
{
    return (pgid != 0 ? pgid : pid) < 0 ? -EINVAL : process_set_group(pid, pgid);
}

/* Begins a new session with a new process group, without a terminal: its number. */
long sys_setsid(void)
{
    return process_new_session();
}

/* Makes a process, a copy of this one: its number; 0 in the copy. */
long sys_fork(void)
{
    const struct clone_args args = {.exit_signal = SIGCHLD};

    return task_clone(&args);
}

/* As fork, but in the same memory; the parent waits until the child has exec'd or ended. */
long sys_vfork(void)
{
    const struct clone_args args = {.flags = CLONE_VFORK | CLONE_VM, .exit_signal = SIGCHLD};

    return task_clone(&args);
}

/* Makes a task: a process or a thread. CLONE_* flags say what it shares with its maker. */
long sys_clone(unsigned long flags, unsigned long stack, int __user *parent_tid,
               int __user *child_tid, unsigned long tls)
{
    /* The upper half of flags is clone3's; this call never looked at it. */
    const struct clone_args args = {
        .flags = (uint32_t)flags & ~CSIGNAL,
        .exit_signal = flags & CSIGNAL,
        .stack = stack,
        .parent_tid = (unsigned long)parent_tid,
        .pidfd = (unsigned long)parent_tid,
        .child_tid = (unsigned long)child_tid,
        .tls = tls,
    };

    return task_clone(&args);
}

static int clone_args_copy(struct clone_args *args, const struct clone_args __user *from,
                           size_t size)
{
    if (size > PAGE_SIZE)
        return -E2BIG;
    if (size < CLONE_ARGS_SIZE_VER0)
        return -EINVAL;
    return copy_struct_from_user(args, sizeof(*args), from, size);
}

/* clone3's own rules; those on flags that it shares with clone are task_clone's. */
static bool clone_args_valid(const struct clone_args *args)
{
    if (args->flags & (CLONE_DETACHED | (CSIGNAL & ~CLONE_NEWTIME)))
        return false;
    if (args->exit_signal > SIGNAL_COUNT)
        return false;
    if ((args->flags & (CLONE_THREAD | CLONE_PARENT)) && args->exit_signal != 0)
        return false;
    if (args->set_tid_size > CLONE_SET_TID_MAX || (args->set_tid != 0) != (args->set_tid_size != 0))
        return false;
    if (args->stack == 0)
        return args->stack_size == 0;
    return args->stack_size != 0 && user_range_ok((void __user *)args->stack, args->stack_size);
}

/* As clone, with its arguments in a structure that may grow. */
long sys_clone3(struct clone_args __user *from, size_t size)
{
    struct clone_args args;
    int err = clone_args_copy(&args, from, size);

    if (err != 0)
        return err;
    if (!clone_args_valid(&args))
        return -EINVAL;
    if (args.set_tid_size != 0) {
        log_refusal("clone3 with set_tid_size %lu", args.set_tid_size);
        return -EINVAL;
    }
    if (args.stack != 0)
        args.stack += args.stack_size;
    return task_clone(&args);
}

/* Runs another program in this process. Returns only if it can't. */
long sys_execve(const char __user *path, const char __user *const __user *argv,
                const char __user *const __user *envp)
{
    return sys_execveat(AT_FDCWD, path, argv, envp, 0);
}

/* As execve, of a path from a directory, or (AT_EMPTY_PATH) of what a descriptor refers to. */
long sys_execveat(int dirfd, const char __user *path, const char __user *const __user *argv,
                  const char __user *const __user *envp, int flags)
{
    struct exec_target target = {.dirfd = dirfd, .at_flags = flags};
    char *name;
    long err = path_name_get(path, &name);

    if (err != 0)
        return err;
    target.path = name;
    err = process_exec(&target, (struct exec_vector){.user = argv},
                       (struct exec_vector){.user = envp});
    path_name_put(name);
    return err;
}

/* Ends the thread; with the last thread, the process. */
long sys_exit(int status)
{
    task_exit(WAIT_STATUS_EXITED(status));
}

/* Ends the process with all its threads. */
long sys_exit_group(int status)
{
    process_exit(WAIT_STATUS_EXITED(status));
}

static struct pid *own_group_get(void)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    struct pid *group = pid_get(current_process()->group);

    spin_unlock_irqrestore(&process_tree_lock, flags);
    return group;
}

/* wait4's forms of pid. */
static void wait_request_of_pid(struct wait_request *request, pid_t pid)
{
    if (pid == -1) {
        request->type = P_ALL;
    } else if (pid <= 0) {
        request->type = P_PGID;
        request->pid = pid == 0 ? own_group_get() : pid_find(-pid);
    } else {
        request->type = P_PID;
        request->pid = pid_find(pid);
    }
}

static int usage_copy_out(const struct process_usage *usage, struct rusage __user *to)
{
    struct rusage copy;

    usage_to_rusage(usage, &copy);
    return copy_to_user(to, &copy, sizeof(copy));
}

/* Waits until a child has ended (or stopped, or gone on), and tells how. */
long sys_wait4(pid_t pid, int __user *status, int options, struct rusage __user *usage)
{
    struct wait_request request = {.options = options | WEXITED};
    long err;

    if (options & ~WAIT4_OPTIONS)
        return -EINVAL;
    if (pid == INT32_MIN)
        return -ESRCH;
    wait_request_of_pid(&request, pid);
    err = process_wait(&request);
    pid_put(request.pid);
    if (err != 0 || request.number == 0)
        return err;
    /* The child is gone whether or not the caller could be told how. */
    if (status != NULL && put_user(request.status, status) != 0)
        return -EFAULT;
    if (usage != NULL && usage_copy_out(&request.usage, usage) != 0)
        return -EFAULT;
    return request.number;
}

/* A process that is gone is nobody's child any more: a request that no child meets. */
static int wait_request_of_fd(struct wait_request *request, unsigned fd)
{
    struct file *file = fd_get(fd);
    struct process *process;
    int err;

    if (file == NULL)
        return -EBADF;
    err = pidfd_process(file, &process);
    if (err == 0) {
        request->pid = pid_get(process->pid);
        process_put(process);
    }
    if (file_is_nonblocking(file) && !(request->options & WNOHANG)) {
        request->options |= WNOHANG;
        request->is_nonblocking = true;
    }
    request->type = P_PID;
    file_put(file);
    return err == -ESRCH ? 0 : err;
}

static int wait_request_of_id(struct wait_request *request, int which, pid_t id)
{
    request->type = which;
    switch (which) {
    case P_ALL:
        return 0;
    case P_PID:
        request->pid = pid_find(id);
        return id <= 0 ? -EINVAL : 0;
    case P_PGID:
        request->pid = id == 0 ? own_group_get() : pid_find(id);
        return id < 0 ? -EINVAL : 0;
    case P_PIDFD:
        return id < 0 ? -EINVAL : wait_request_of_fd(request, (unsigned)id);
    default:
        return -EINVAL;
    }
}

/* Linux stores just the first three fields and si_pid, si_uid and si_status, and these always. */
static int waitid_info_copy_out(const struct siginfo *info, struct siginfo __user *to)
{
    const size_t rest = offsetof(struct siginfo, si_pid);
    const size_t end = offsetof(struct siginfo, si_status) + sizeof(info->si_status);

    if (copy_to_user(to, info, offsetof(struct siginfo, __si_pad)) != 0)
        return -EFAULT;
    return copy_to_user((void __user *)((uintptr_t)to + rest), &info->si_pid, end - rest);
}

/* Waits as waitid's arguments say. */
static long waitid_wait(struct wait_request *request, int which, pid_t id)
{
    long err;

    if ((request->options & ~WAITID_OPTIONS) || !(request->options & WAITID_EVENTS))
        return -EINVAL;
    err = wait_request_of_id(request, which, id);
    if (err == 0)
        err = process_wait(request);
    pid_put(request->pid);
    if (err == 0 && request->number == 0 && request->is_nonblocking)
        err = -EAGAIN;
    return err;
}

/* As wait4, with more choice of what to wait for, and the news as a siginfo: an empty one if there
 * are none, or an error. */
long sys_waitid(int which, pid_t id, struct siginfo __user *info, int options,
                struct rusage __user *usage)
{
    struct wait_request request = {.options = options};
    long err = waitid_wait(&request, which, id);

    if (err == 0 && request.number != 0 && usage != NULL &&
        usage_copy_out(&request.usage, usage) != 0)
        return -EFAULT;
    if (info != NULL && waitid_info_copy_out(&request.info, info) != 0)
        return -EFAULT;
    return err;
}

/* Sets the word that is cleared and woken when the thread ends, if others share its memory then;
 * tells its number. */
long sys_set_tid_address(int __user *tid)
{
    current_task()->clear_child_tid = tid;
    return current->tid;
}

/* Sets or tells the base of FS or GS (thread-local storage). */
long sys_arch_prctl(int option, unsigned long arg)
{
    return arch_prctl_call(option, arg);
}
