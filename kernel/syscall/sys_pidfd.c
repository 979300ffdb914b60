/*
 * pidfd_open(2), pidfd_getfd(2), pidfd_send_signal(2).
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/pidfd.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/kill.h"
#include "kernel/proc/pidfd.h"
#include "kernel/proc/process_look.h"
#include "kernel/proc/refuse.h"
#include "kernel/vfs/files.h"

/* The process whose leader has this number. -EINVAL: the number is another thread's. */
static int process_by_number(pid_t number, struct process **out)
{
    struct task *task = task_find(number);

    if (task == NULL)
        return -ESRCH;
    *out = process_get(task->process);
    task_put(task);
    if ((*out)->pid->number == number)
        return 0;
    process_put(*out);
    return -EINVAL;
}

static long pidfd_install(struct process *process, unsigned flags)
{
    int fd = fd_reserve(0, O_CLOEXEC);
    struct file *file;
    int err;

    if (fd < 0)
        return fd;
    err = pidfd_create(process, flags, &file);
    if (err != 0) {
        fd_unreserve((unsigned)fd);
        return err;
    }
    fd_fill((unsigned)fd, file);
    return fd;
}

/* A descriptor that stands for a process, and becomes readable when that ends. */
long sys_pidfd_open(pid_t pid, unsigned int flags)
{
    struct process *process;
    long result;

    if (flags & PIDFD_THREAD)
        log_refusal("%s", "pidfd_open with PIDFD_THREAD");
    if ((flags & ~PIDFD_NONBLOCK) || pid <= 0)
        return -EINVAL;
    result = process_by_number(pid, &process);
    if (result != 0)
        return result;
    result = pidfd_install(process, flags);
    process_put(process);
    return result;
}

/* The process behind one of the caller's descriptors, with a reference. */
static int process_by_fd(int fd, struct process **out)
{
    struct file *file = fd_get((unsigned)fd);
    int err;

    if (file == NULL)
        return -EBADF;
    err = pidfd_process(file, out);
    file_put(file);
    return err;
}

/* The process's leader, with a reference; NULL: it is gone. */
static struct task *process_leader_get(struct process *process)
{
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    struct task *leader = process->leader != NULL ? task_get(process->leader) : NULL;

    spin_unlock_irqrestore(&process_tree_lock, flags);
    return leader;
}

/* An open file of a task's, with a reference. -EPERM, -EBADF. */
static int task_file_take(struct task *task, int fd, struct file **out)
{
    struct files *files;
    unsigned flags;

    if (!task_may_look_by_call(task))
        return -EPERM;
    files = task_files_get(task);
    *out = files != NULL ? files_get_file(files, (unsigned)fd, &flags) : NULL;
    files_put(files);
    return *out != NULL ? 0 : -EBADF;
}

/* A descriptor of one's own for what another process has open. */
long sys_pidfd_getfd(int pidfd, int fd, unsigned int flags)
{
    struct process *process;
    struct task *leader;
    struct file *file;
    int own, err;

    if (flags != 0)
        return -EINVAL;
    err = process_by_fd(pidfd, &process);
    if (err != 0)
        return err;
    leader = process_leader_get(process);
    process_put(process);
    if (leader == NULL)
        return -ESRCH;
    err = task_file_take(leader, fd, &file);
    task_put(leader);
    if (err != 0)
        return err;
    own = fd_reserve(0, O_CLOEXEC);
    if (own >= 0)
        fd_fill((unsigned)own, file);
    else
        file_put(file);
    return own;
}

/* A caller's siginfo, if there is one, for a signal to this process. */
static int signal_info_get(struct siginfo *info, struct siginfo __user *from, int sig,
                           const struct process *process)
{
    signal_info_user(info, sig, SI_USER);
    if (from == NULL)
        return 0;
    if (copy_from_user(info, from, sizeof(*info)) != 0)
        return -EFAULT;
    if (info->si_signo != sig)
        return -EINVAL;
    if (process != current_process() && (info->si_code >= 0 || info->si_code == SI_TKILL))
        return -EPERM;
    return 0;
}

/* Sends a signal to the process that a descriptor stands for. */
long sys_pidfd_send_signal(int pidfd, int sig, struct siginfo __user *from, unsigned int flags)
{
    struct process *process;
    struct siginfo info;
    long err;

    if (flags != 0) {
        log_refusal("pidfd_send_signal with flags %#x", flags);
        return -EINVAL;
    }
    err = process_by_fd(pidfd, &process);
    if (err != 0)
        return err;
    err = signal_info_get(&info, from, sig, process);
    if (err == 0)
        err = signal_kill_exactly(process, sig, &info);
    process_put(process);
    return err;
}
