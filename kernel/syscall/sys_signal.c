/*
 * System calls on signals: rt_sigaction(2), rt_sigprocmask(2), kill(2), sigaltstack(2) and their
 * kin. What they do is kernel/proc's.
 */
#include "arch/api/user.h"
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/lib/string.h"
#include "kernel/mm/uaccess.h"
#include "kernel/proc/kill.h"
#include "kernel/proc/signal_internal.h"
#include "kernel/proc/timespec.h"

/* What rt_sigaction keeps of the flags; the rest reads back as 0, so that programs can probe. */
#define SA_KNOWN                                                                       \
    (SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO | SA_ONSTACK | SA_RESTART | SA_NODEFER | \
     SA_RESETHAND | SA_EXPOSE_TAGBITS | SA_RESTORER)

/* Sets a disposition. What is ignored from now on doesn't stay pending. */
static struct kernel_sigaction action_set(int sig, const struct kernel_sigaction *action)
{
    struct task *task = current_task();
    unsigned long flags = spin_lock_irqsave(&task->process->lock);
    struct kernel_sigaction old = sighand_replace(task->sighand, sig, action);

    if (action->handler == SIG_IGN ||
        (action->handler == SIG_DFL && signal_default_action(sig) == SIGNAL_IGNORED))
        signal_flush(task->process, SIGNAL_BIT(sig));
    spin_unlock_irqrestore(&task->process->lock, flags);
    return old;
}

/* Sets what a signal does to the process: the default, nothing, or a handler. */
long sys_rt_sigaction(int sig, const struct kernel_sigaction __user *act,
                      struct kernel_sigaction __user *old, size_t sigset_size)
{
    struct kernel_sigaction action, before;

    if (sigset_size != SIGSET_BYTES)
        return -EINVAL;
    if (act != NULL && copy_from_user(&action, act, sizeof(action)) != 0)
        return -EFAULT;
    if (!signal_is_valid(sig) || (act != NULL && (SIGNAL_BIT(sig) & SIGNALS_UNBLOCKABLE)))
        return -EINVAL;
    if (act != NULL) {
        action.flags &= SA_KNOWN;
        action.mask &= ~SIGNALS_UNBLOCKABLE;
        before = action_set(sig, &action);
    } else {
        before = sighand_action(current_task()->sighand, sig);
    }
    return old != NULL ? copy_to_user(old, &before, sizeof(before)) : 0;
}

/* Changes which signals the thread blocks. */
long sys_rt_sigprocmask(int how, const kernel_sigset_t __user *set, kernel_sigset_t __user *old,
                        size_t sigset_size)
{
    signal_set before = current_task()->blocked, wanted;

    if (sigset_size != SIGSET_BYTES)
        return -EINVAL;
    if (set != NULL) {
        if (copy_from_user(&wanted, set, sizeof(wanted)) != 0)
            return -EFAULT;
        if (how == SIG_BLOCK)
            wanted = before | wanted;
        else if (how == SIG_UNBLOCK)
            wanted = before & ~wanted;
        else if (how != SIG_SETMASK)
            return -EINVAL;
        signal_set_blocked(wanted);
    }
    return old != NULL ? copy_to_user(old, &before, sizeof(before)) : 0;
}

/* Tells which signals wait, blocked, for the thread or its process. */
long sys_rt_sigpending(kernel_sigset_t __user *set, size_t sigset_size)
{
    signal_set pending;

    if (sigset_size > SIGSET_BYTES)
        return -EINVAL;
    pending = signal_pending_of_current() & current_task()->blocked;
    return copy_to_user(set, &pending, sigset_size);
}

static void wait_for_signal(void)
{
    do
        thread_set_state(THREAD_INTERRUPTIBLE);
    while (wait_sleep(THREAD_INTERRUPTIBLE, WAIT_FOREVER) == 0);
    thread_set_state(THREAD_RUNNABLE);
}

/* Sleeps until a signal handler has run. */
long sys_pause(void)
{
    wait_for_signal();
    return -ERESTARTNOHAND;
}

/* Sleeps under another signal mask until a handler has run. */
long sys_rt_sigsuspend(const kernel_sigset_t __user *mask, size_t sigset_size)
{
    signal_set blocked;

    if (sigset_size != SIGSET_BYTES)
        return -EINVAL;
    if (copy_from_user(&blocked, mask, sizeof(blocked)) != 0)
        return -EFAULT;
    signal_set_blocked_for_call(blocked);
    wait_for_signal();
    return -ERESTARTNOHAND;
}

/* Takes one of these signals, waiting for it at most so long; no handler runs. */
long sys_rt_sigtimedwait(const kernel_sigset_t __user *set, struct siginfo __user *info,
                         const struct timespec __user *timeout, size_t sigset_size)
{
    uint64_t deadline_ns = WAIT_FOREVER;
    struct siginfo taken;
    signal_set wanted;
    long result;

    if (sigset_size != SIGSET_BYTES)
        return -EINVAL;
    if (copy_from_user(&wanted, set, sizeof(wanted)) != 0)
        return -EFAULT;
    if (timeout != NULL) {
        result = timespec_get_deadline(timeout, &deadline_ns);
        if (result != 0)
            return result;
    }
    result = signal_wait(wanted, deadline_ns, &taken);
    if (result > 0 && info != NULL && copy_to_user(info, &taken, sizeof(taken)) != 0)
        return -EFAULT;
    return result;
}

/* Ends a signal handler: takes the registers back from the frame on the user's stack. */
long sys_rt_sigreturn(void)
{
    return signal_return(current_regs());
}

/* Goes on with a call that a stop interrupted; the kernel puts it in that call's place. */
long sys_restart_syscall(void)
{
    struct restart_block *block = &current_task()->restart;

    return block->resume != NULL ? block->resume(block) : -EINTR;
}

/* Sets the stack on which handlers with SA_ONSTACK run. */
long sys_sigaltstack(const struct sigaltstack __user *stack, struct sigaltstack __user *old)
{
    uintptr_t sp = regs_sp(current_regs());
    struct sigaltstack wanted, before;
    long err = 0;

    if (stack != NULL && copy_from_user(&wanted, stack, sizeof(wanted)) != 0)
        return -EFAULT;
    signal_altstack_get(&before, sp);
    if (stack != NULL)
        err = signal_altstack_set(&wanted, sp);
    if (err == 0 && old != NULL && copy_to_user(old, &before, sizeof(before)) != 0)
        return -EFAULT;
    return err;
}

/* Sends a signal to a process, a process group (negative), or all that may be (-1). */
long sys_kill(pid_t pid, int sig)
{
    return signal_kill(pid, sig);
}

static long kill_thread(pid_t tgid, pid_t tid, int sig)
{
    struct siginfo info;

    signal_info_user(&info, sig, SI_TKILL);
    return signal_kill_thread(tgid, tid, sig, &info);
}

/* Sends a signal to a thread. */
long sys_tkill(pid_t tid, int sig)
{
    return tid <= 0 ? -EINVAL : kill_thread(0, tid, sig);
}

/* Sends a signal to a thread of a certain process. */
long sys_tgkill(pid_t tgid, pid_t tid, int sig)
{
    return tgid <= 0 || tid <= 0 ? -EINVAL : kill_thread(tgid, tid, sig);
}

/* The highest si_code that a signal has from Linux's kernel. */
static int highest_code(int sig)
{
    switch (sig) {
    case SIGILL:
        return 11;
    case SIGFPE:
        return 15;
    case SIGSEGV:
        return 10;
    case SIGBUS:
        return 5;
    case SIGSYS:
        return 2;
    default:
        return 6;
    }
}

/* Does Linux know what a siginfo with this code holds? Then no more than SIGINFO_USED bytes. */
static bool siginfo_is_known(int sig, int code)
{
    if (code > 0)
        return code == SI_KERNEL || code <= highest_code(sig);
    return code >= SI_DETHREAD || code == SI_ASYNCNL;
}

/* A siginfo of the caller's. -E2BIG: bytes that nobody knows of, and not zero. */
static long siginfo_get(struct siginfo *info, struct siginfo __user *from, int sig)
{
    const void __user *spare = (const char __user *)from + SIGINFO_USED;
    uint8_t rest[sizeof(*info) - SIGINFO_USED];

    memset(info, 0, sizeof(*info));
    if (copy_from_user(info, from, SIGINFO_USED) != 0)
        return -EFAULT;
    info->si_signo = sig;
    if (siginfo_is_known(sig, info->si_code))
        return 0;
    if (copy_from_user(rest, spare, sizeof(rest)) != 0)
        return -EFAULT;
    for (size_t i = 0; i < sizeof(rest); i++)
        if (rest[i] != 0)
            return -E2BIG;
    return 0;
}

/* To another thread a siginfo must not look like the kernel's or kill's. */
static bool siginfo_is_allowed(const struct siginfo *info, pid_t target)
{
    return (info->si_code < 0 && info->si_code != SI_TKILL) || target == current->tid;
}

/* Sends a signal to a process with information of the sender's making. */
long sys_rt_sigqueueinfo(pid_t pid, int sig, struct siginfo __user *from)
{
    struct siginfo info;
    long err = siginfo_get(&info, from, sig);

    if (err == 0 && !siginfo_is_allowed(&info, pid))
        err = -EPERM;
    return err != 0 ? err : signal_kill_process(pid, sig, &info);
}

/* As rt_sigqueueinfo, to a thread of a certain process. */
long sys_rt_tgsigqueueinfo(pid_t tgid, pid_t tid, int sig, struct siginfo __user *from)
{
    struct siginfo info;
    long err = siginfo_get(&info, from, sig);

    if (err == 0 && (tgid <= 0 || tid <= 0))
        err = -EINVAL;
    if (err == 0 && !siginfo_is_allowed(&info, tid))
        err = -EPERM;
    return err != 0 ? err : signal_kill_thread(tgid, tid, sig, &info);
}
