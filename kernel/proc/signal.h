/*
 * Signals (signal(7)): sending, blocking, dispositions.
 *
 * Sent signals wait in a queue: the thread's own (tkill, exceptions) or the one that its process
 * shares (kill). On the way to user mode a thread takes what it doesn't block (signal_deliver.c).
 * A signal that is going to end the process ends it when it is sent: all threads get TF_KILLED.
 *
 * TF_SIGNAL in a thread's flags word means "look". Anybody may set it; only the thread itself takes
 * it away (signal_deliver.c, signal_mask.c), under the signal lock, so none is lost.
 *
 * Locking: struct process.lock, the signal lock, guards the queues, the masks and the job-control
 * state of all threads of the process. sighand->lock (a leaf) is taken inside it.
 */
#ifndef LIMEN_PROC_SIGNAL_H
#define LIMEN_PROC_SIGNAL_H

#include "kernel/abi/signal.h"
#include "kernel/core/atomic.h"
#include "kernel/core/spinlock.h"
#include "kernel/lib/list.h"
#include "kernel/lib/types.h"

struct task;
struct process;
struct user;
struct posix_timer;
struct wait_queue;
struct pt_regs;

typedef uint64_t signal_set; /* bit n - 1: signal n */

#define SIGNAL_BIT(signal) ((signal_set)1 << ((signal)-1))
#define SIGNALS_UNBLOCKABLE (SIGNAL_BIT(SIGKILL) | SIGNAL_BIT(SIGSTOP))
#define SIGNALS_STOP \
    (SIGNAL_BIT(SIGSTOP) | SIGNAL_BIT(SIGTSTP) | SIGNAL_BIT(SIGTTIN) | SIGNAL_BIT(SIGTTOU))

static inline bool signal_is_valid(int signal)
{
    return signal >= 1 && signal <= SIGNAL_COUNT;
}

/* Dispositions: shared by the threads of a process, and by CLONE_SIGHAND. */
struct sighand {
    struct refcount ref;
    struct spinlock lock; /* RANK_LEAF, interrupts off */
    struct kernel_sigaction actions[SIGNAL_COUNT];
};

/* Signals that wait: the set, and for each as many entries as were sent (one, if below SIGRTMIN).
 * A signal in the set without an entry lost its siginfo for want of memory. */
struct signal_queue {
    signal_set set;
    struct list entries; /* struct signal_entry.node */
};

struct signal_entry {
    struct list node;
    struct user *user;         /* who is charged for it */
    struct posix_timer *timer; /* whose part it is; NULL: allocated, and freed when taken */
    bool is_queued;            /* a timer's: it waits */
    struct siginfo info;
};

/*
 * Sending. From any context, interrupt handlers included, that holds no lock from
 * RANK_PROCESS_TREE up (the first two: but the tree lock). Permission is the caller's business.
 * `info` NULL: the kernel sends (SI_KERNEL). Return 0, -EAGAIN (a real-time signal's siginfo found
 * no room) or, for a group, -ESRCH (it is empty).
 */
int signal_send_task(struct task *task, int signal, const struct siginfo *info);
int signal_send_process(struct process *process, int signal, const struct siginfo *info);
int signal_send_group(pid_t group, int signal);

/* To the running thread, as SIGPIPE or SIGXFSZ: may be blocked or ignored. */
int signal_send_current(int signal);

/* To the running thread, for what it can't run on after: if the signal is blocked or ignored, its
 * disposition is reset and the process dies of it. */
void signal_force(int signal, const struct siginfo *info);
void signal_force_fatal(int signal); /* no handler gets it */

/* True if the running thread blocks or ignores the signal (SIGTTIN and SIGTTOU of a terminal). */
bool signal_is_blocked_or_ignored(int signal);

/* siginfo as kill(2) has it: from the running process's user code. */
void signal_info_user(struct siginfo *info, int signal, int code);

/* May the running thread send this signal to that task's process (kill(2))? 0, -EPERM. Under the
 * tree lock. */
int signal_check_permission(struct task *target, int signal);

/* Changes the mask of the running thread; SIGKILL and SIGSTOP stay out of it. */
void signal_set_blocked(signal_set blocked);

/* For a call that waits with another mask (rt_sigsuspend): installs it until a handler has been
 * set up, whose frame then restores the old one, or until the call ends without one. */
void signal_set_blocked_for_call(signal_set blocked);
/* The same with a mask of the user's, if there is one (ppoll and its kin): -EINVAL (size), -EFAULT.
 * And the call's end: the old mask comes back at once, unless a signal is what ended it. */
int signal_mask_begin_call(const signal_set __user *mask, size_t size);
void signal_mask_end_call(bool is_interrupted);

/* The queue that is woken whenever a signal for the process has been queued. Some processes share
 * one; it never goes. */
struct wait_queue *signal_arrivals(const struct process *process);

/* What waits for the running thread, blocked or not. */
signal_set signal_pending_of_current(void);

/*
 * Sets TF_SIGNAL of the running thread if its queues and mask ask for it; a flag that is set stays:
 * the system call that it broke off waits to be restarted on the way to user mode.
 */
void signal_notice(void);

/* On the way to user mode with TF_SIGNAL or TF_KILLED set: takes signals, acts on them, builds
 * frames; restarts or ends the interrupted system call. Doesn't return if the thread dies. */
void signal_deliver(struct pt_regs *regs);

/* rt_sigreturn(2): the value for RAX. */
long signal_return(struct pt_regs *regs);

/* sigaltstack(2), for a thread with this stack pointer: 0, -EPERM (it is on the alternate stack),
 * -EINVAL, -ENOMEM (too small). */
int signal_altstack_set(const struct sigaltstack *wanted, uintptr_t sp);
void signal_altstack_get(struct sigaltstack *stack, uintptr_t sp);

struct sighand *sighand_create(void);               /* all SIG_DFL; NULL: no memory */
struct sighand *sighand_clone(struct sighand *old); /* a copy, for fork */
/* exec: what `old` ignores the new one, all SIG_DFL, ignores as well. */
void sighand_inherit_ignored(struct sighand *sighand, struct sighand *old);
struct sighand *sighand_get(struct sighand *sighand);
void sighand_put(struct sighand *sighand);

#endif
