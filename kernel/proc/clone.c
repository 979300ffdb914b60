/*
 * Making tasks: fork(2), vfork(2), clone(2), clone3(2) are all task_clone.
 *
 * A child is built while nobody knows it, part by part, each shared or copied as the flags say;
 * then it is linked into the tree of processes in one step under the locks, and started. What kills
 * or stops the maker, or a signal to the whole group, that comes before that step makes the call
 * start again (-ERESTARTNOINTR), so that no child slips through.
 */
#include "arch/api/user.h"
#include "kernel/abi/errno.h"
#include "kernel/core/tracepoint.h"
#include "kernel/mm/mm.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/cred.h"
#include "kernel/proc/pidfd.h"
#include "kernel/proc/refuse.h"
#include "kernel/proc/signal_internal.h"
#include "kernel/proc/user.h"
#include "kernel/vfs/file.h"
#include "kernel/vfs/files.h"
#include "kernel/vfs/fs.h"

/*
 * Of these, some have nothing to do: there are no semaphores whose undo lists CLONE_SYSVSEM could
 * share; CLONE_DETACHED has no effect on Linux either.
 */
#define CLONE_SUPPORTED                                                                 \
    (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_PTRACE | CLONE_VFORK |   \
     CLONE_PARENT | CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | \
     CLONE_CHILD_CLEARTID | CLONE_DETACHED | CLONE_UNTRACED | CLONE_CHILD_SETTID |      \
     CLONE_CLEAR_SIGHAND | CLONE_PIDFD)

/* As often it is tried again to make room for a child: at the last ones somebody is killed whatever
 * the number of free pages, for a child needs some that lie together. */
#define ATTEMPTS_MAX (2 * OUT_OF_MEMORY_PATIENCE)

static int clone_check(const struct clone_args *args)
{
    unsigned long flags = args->flags;

    if (flags & ~CLONE_SUPPORTED) {
        log_refusal("clone flags %#llx", flags & ~CLONE_SUPPORTED);
        return -EINVAL;
    }
    if ((flags & CLONE_THREAD) && !(flags & CLONE_SIGHAND))
        return -EINVAL;
    if ((flags & CLONE_SIGHAND) && (!(flags & CLONE_VM) || (flags & CLONE_CLEAR_SIGHAND)))
        return -EINVAL;
    if ((flags & CLONE_PIDFD) && (flags & (CLONE_THREAD | CLONE_DETACHED)))
        return -EINVAL;
    if ((flags & CLONE_PIDFD) && (flags & CLONE_PARENT_SETTID) && args->pidfd == args->parent_tid)
        return -EINVAL;
    if ((flags & CLONE_PARENT) && current_process()->is_init)
        return -EINVAL;
    /* As for arch_prctl(2): the CPU faults when the kernel loads a base that isn't canonical. */
    if ((flags & CLONE_SETTLS) && args->tls >= USER_END)
        return -EPERM;
    return 0;
}

/* RLIMIT_NPROC holds for all tasks of a user together; -EAGAIN: this is one too many. */
static int clone_charge(struct task *child)
{
    struct user *user = current_task()->user;
    bool is_limited = user->uid != 0 && !cred_is_privileged(current->cred);

    child->user = user_get(user);
    task_charge(child);
    if (task_count() > atomic_load(&task_count_max) ||
        (is_limited && atomic_load(&user->task_count) > process_limit(RLIMIT_NPROC))) {
        task_uncharge(child);
        return -EAGAIN;
    }
    current_task()->over_task_limit = false;
    return 0;
}

static int clone_mm(struct task *child, unsigned long flags)
{
    struct mm *mm = current->mm;

    if (flags & CLONE_VM)
        mm_get(mm);
    else
        mm = mm_clone(mm);
    if (mm == NULL)
        return -ENOMEM;
    child->thread.mm = mm;
    arch_thread_set_page_table(&child->thread, &mm->page_table);
    return 0;
}

int task_unshare_files(struct task *task)
{
    struct files *shared = task->thread.files, *own;
    unsigned long flags;
    int err;

    if (atomic_load(&shared->tasks) == 1)
        return 0;
    err = files_clone(shared, &own);
    if (err != 0)
        return err;
    flags = spin_lock_irqsave(&task->process->lock);
    task->thread.files = own;
    spin_unlock_irqrestore(&task->process->lock, flags);
    files_leave(shared);
    return 0;
}

static int clone_files(struct task *child, unsigned long flags)
{
    if (flags & CLONE_FILES) {
        files_share(current->files);
        child->thread.files = current->files;
        return 0;
    }
    return files_clone(current->files, &child->thread.files);
}

static int clone_fs(struct task *child, unsigned long flags)
{
    if (flags & CLONE_FS) {
        fs_context_share(current->fs);
        child->thread.fs = current->fs;
        return 0;
    }
    return fs_context_clone(current->fs, &child->thread.fs);
}

static int clone_sighand(struct task *child, unsigned long flags)
{
    struct sighand *sighand = current_task()->sighand;

    if (flags & CLONE_SIGHAND) {
        child->sighand = sighand_get(sighand);
    } else if (flags & CLONE_CLEAR_SIGHAND) {
        child->sighand = sighand_create();
        if (child->sighand != NULL)
            sighand_inherit_ignored(child->sighand, sighand);
    } else {
        child->sighand = sighand_clone(sighand);
    }
    return child->sighand != NULL ? 0 : -ENOMEM;
}

static int clone_process(struct task *child, unsigned long flags)
{
    struct process *process = current_process();
    int err = pid_alloc(&child->pid);

    if (err != 0)
        return err;
    child->thread.tid = child->pid->number;
    if (flags & CLONE_THREAD) {
        child->process = process_get(process);
        return 0;
    }
    child->process = process_create(child->pid, process);
    if (child->process == NULL)
        return -ENOMEM;
    child->process->exe = process->exe; /* only exec changes it, and waits for us to end */
    if (child->process->exe != NULL)
        file_get_exec(child->process->exe);
    return 0;
}

/* What belongs to the task alone. */
static void clone_task(struct task *child, const struct clone_args *args)
{
    const struct task *maker = current_task();
    unsigned long flags = args->flags;
    uintptr_t tls = args->tls;

    child->thread.cred = cred_get(current->cred);
    thread_inherit(&child->thread);
    child->blocked = maker->blocked;
    child->no_new_privileges = maker->no_new_privileges;
    child->personality = maker->personality;
    child->timer_slack_ns = child->default_timer_slack_ns = maker->timer_slack_ns;
    child->is_vfork = (flags & CLONE_VFORK) != 0;
    /* Two threads on one alternate stack would destroy each other's frames; vfork's wait in turn.
     */
    if ((flags & (CLONE_VM | CLONE_VFORK)) != CLONE_VM)
        child->altstack = maker->altstack;
    if (flags & CLONE_CHILD_CLEARTID)
        child->clear_child_tid = (int __user *)args->child_tid;
    if (flags & CLONE_CHILD_SETTID) {
        child->set_child_tid = (int __user *)args->child_tid;
        child->thread.flags |= TF_SIGNAL; /* takes it past upcall_exit_to_user, which stores it */
    }
    user_clone(&child->thread, current_regs(), args->stack, flags & CLONE_SETTLS ? &tls : NULL);
}

/* A child that nobody knows, in *out. */
static int clone_build(const struct clone_args *args, struct task **out)
{
    struct task *child = task_create(current->name);
    int err;

    if (child == NULL)
        return -ENOMEM;
    if ((err = clone_charge(child)) != 0 || (err = clone_process(child, args->flags)) != 0 ||
        (err = clone_sighand(child, args->flags)) != 0 ||
        (err = clone_files(child, args->flags)) != 0 || (err = clone_fs(child, args->flags)) != 0 ||
        (err = clone_mm(child, args->flags)) != 0) {
        task_put(child);
        return err;
    }
    clone_task(child, args);
    *out = child;
    return 0;
}

/* Links a new process into the tree. Under the tree lock. */
static void process_link(struct process *process, struct task *leader,
                         const struct clone_args *args)
{
    struct process *maker = current_process();
    bool is_sibling = (args->flags & CLONE_PARENT) != 0;

    process->leader = task_get(leader);
    process->parent = is_sibling ? maker->parent : current_task();
    process->parent_number = process->parent->process->pid->number;
    process->exit_signal = is_sibling ? maker->exit_signal : (int)args->exit_signal;
    process->group = pid_get(maker->group);
    process->session = pid_get(maker->session);
    process->terminal = maker->terminal;
    list_add_tail(&process->parent->process->children, &process->child_node);
    list_add_tail(&process->group->group, &process->group_node);
    list_add_tail(&process->session->session, &process->session_node);
    list_add_tail(&process_list, &process->all_node);
}

/* Lets the world know the child. `sends` is what group_send_count was before the call began. */
static int clone_link(struct task *child, const struct clone_args *args, uint32_t sends, int event)
{
    struct process *maker = current_process(), *process = child->process;
    unsigned long flags = spin_lock_irqsave(&process_tree_lock);
    int err = 0;

    spin_lock(&maker->lock);
    if ((atomic_load(&current->flags) & TF_KILLED) || current_task()->stop_requested ||
        maker->group_send_count != sends) {
        atomic_or(&current->flags, TF_SIGNAL);
        err = -ERESTARTNOINTR;
    } else if (process == maker) {
        process_add_thread_locked(process, child);
        ptrace_inherit_locked(child, event, args->flags);
    }
    spin_unlock(&maker->lock);
    if (err == 0 && process != maker) {
        process_link(process, child, args);
        spin_lock(&process->lock);
        process_add_thread_locked(process, child);
        ptrace_inherit_locked(child, event, args->flags);
        spin_unlock(&process->lock);
    }
    spin_unlock_irqrestore(&process_tree_lock, flags);
    return err;
}

/* vfork(2): the maker sleeps until the child has left their common memory. */
static void vfork_wait(struct task *child)
{
    (void)wait_event_killable(&child->vfork_wait, atomic_load(&child->left_memory));
    task_put(child);
}

/* The event that the maker's tracer wants to be told of; 0: none. */
static int clone_event(const struct clone_args *args)
{
    int event = PTRACE_EVENT_FORK;

    if (args->flags & CLONE_VFORK)
        event = PTRACE_EVENT_VFORK;
    else if (args->exit_signal != SIGCHLD)
        event = PTRACE_EVENT_CLONE;
    return !(args->flags & CLONE_UNTRACED) && ptrace_wants(event) ? event : 0;
}

/* CLONE_PIDFD: what the maker is told its descriptor of the child is, before there is a child. */
struct clone_pidfd {
    int fd; /* reserved; -1: none is wanted */
    struct file *file;
};

static int clone_pidfd_begin(struct clone_pidfd *pidfd, struct task *child,
                             const struct clone_args *args)
{
    int err;

    pidfd->fd = -1;
    if (!(args->flags & CLONE_PIDFD))
        return 0;
    pidfd->fd = fd_reserve(0, O_CLOEXEC);
    if (pidfd->fd < 0)
        return pidfd->fd;
    err = pidfd_create(child->process, 0, &pidfd->file);
    if (err != 0)
        goto unreserve;
    err = put_user(pidfd->fd, (int __user *)args->pidfd);
    if (err != 0)
        goto put_file;
    return 0;

put_file:
    file_put(pidfd->file);
unreserve:
    fd_unreserve((unsigned)pidfd->fd);
    return err;
}

/* There is a child now, or there is none. */
static void clone_pidfd_end(const struct clone_pidfd *pidfd, bool is_made)
{
    if (pidfd->fd < 0)
        return;
    if (is_made) {
        fd_fill((unsigned)pidfd->fd, pidfd->file);
    } else {
        fd_unreserve((unsigned)pidfd->fd);
        file_put(pidfd->file);
    }
}

/* May the child be made now, if it is tried again? Numbers and memory that the dead still have are
 * for the taking; then others may die for memory. */
static bool clone_finds_room(int err, unsigned *attempt)
{
    if ((err != -EAGAIN && err != -ENOMEM) || (atomic_load(&current->flags) & TF_KILLED))
        return false;
    if (task_reap())
        return true;
    return err == -ENOMEM && *attempt < ATTEMPTS_MAX && mm_out_of_memory((*attempt)++) == 0;
}

/* Makes a child and lets the world know it; it doesn't run yet. `sends` and `event` as
 * clone_link's. */
static int clone_make(const struct clone_args *args, uint32_t sends, int event, struct task **out)
{
    struct clone_pidfd pidfd;
    unsigned attempt = 0;
    int err;

    do
        err = clone_build(args, out);
    while (clone_finds_room(err, &attempt));
    if (err != 0)
        return err;
    err = clone_pidfd_begin(&pidfd, *out, args);
    if (err == 0) {
        err = clone_link(*out, args, sends, event);
        clone_pidfd_end(&pidfd, err == 0);
    }
    if (err != 0)
        task_put(*out);
    return err;
}

long task_clone(const struct clone_args *args)
{
    uint32_t sends = READ_ONCE(current_process()->group_send_count);
    bool is_vfork = (args->flags & CLONE_VFORK) != 0;
    struct task *child;
    pid_t tid;
    int err = clone_check(args), event = clone_event(args);

    if (err != 0)
        return err;
    if (thread_interrupted())
        return -ERESTARTNOINTR;
    err = clone_make(args, sends, event, &child);
    if (err != 0)
        return err;

    tid = child->thread.tid;
    if (is_vfork)
        task_get(child);
    /* Linux as well makes the child whether or not its number finds a place. */
    if (args->flags & CLONE_PARENT_SETTID)
        (void)!put_user(tid, (int __user *)args->parent_tid);
    trace_sched_process_fork(current->name, current->tid, child->thread.name, tid);
    thread_start(&child->thread);
    if (event != 0)
        ptrace_event(event, (unsigned long)tid);
    if (is_vfork) {
        vfork_wait(child);
        if (ptrace_wants(PTRACE_EVENT_VFORK_DONE))
            ptrace_event(PTRACE_EVENT_VFORK_DONE, (unsigned long)tid);
    }
    return tid;
}
