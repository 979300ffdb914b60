/*
 * ptrace(2): a thread, the tracer, watches and steers another, its tracee.
 *
 * A tracee stops ("is trapped") before it takes a signal, at the beginning and end of a system
 * call, and at events such as fork and exec, if the tracer asked for that. All these stops are one
 * function, trap() in ptrace_stop.c; all that a tracer does to a trapped tracee is in ptrace.c.
 * Registers and memory of a trapped tracee lie still: it is off its CPU. SIGKILL ends a trap at any
 * time; what the tracer then still writes goes to a thread that will never see user mode again.
 *
 * What costs a thread nothing that nobody traces: system calls are watched by a limit of 0 for the
 * numbers that are called without a look (percpu_syscall_limit), all else is reached by way of
 * TF_SIGNAL.
 *
 * Locking: who traces whom is changed under process_tree_lock and the tracee's signal lock, and
 * read under either. The tracer's list holds a reference on each tracee.
 */
#ifndef LIMEN_PROC_PTRACE_H
#define LIMEN_PROC_PTRACE_H

#include "kernel/abi/ptrace.h"
#include "kernel/proc/signal.h"

struct process;
struct pt_regs;
struct task;

/* What stopped a tracee last. */
enum trap_kind {
    TRAP_SIGNAL, /* before a signal is taken */
    TRAP_GROUP,  /* the process stops, or PTRACE_INTERRUPT */
    TRAP_EVENT,  /* PTRACE_EVENT_* but STOP */
    TRAP_ENTER,  /* a system call begins */
    TRAP_LEAVE,  /* a system call has ended */
};

/* Part of struct task. */
struct tracing {
    /* Under both locks to change, under either to read */
    struct task *tracer; /* NULL: nobody traces this one */
    struct list tracee_node;
    bool is_seized;            /* by PTRACE_SEIZE: stops of the process are told as events */
    bool tracer_is_privileged; /* when it began: set-user-ID programs may go on being that */
    unsigned options;

    /* Under process_tree_lock */
    struct list tracees;
    bool is_zombie; /* a thread, no leader, that has ended and waits for its tracer's wait */

    /* Under the signal lock */
    bool is_closed;      /* execve is about to give it other rights: nobody attaches now */
    bool is_trapped;     /* from the decision to stop until it may go on */
    bool is_reportable;  /* trapped, and nobody has waited for that yet */
    bool is_listening;   /* trapped, but PTRACE_LISTEN has let it go as far as the stop allows */
    bool trap_requested; /* has to stop: PTRACE_INTERRUPT, attached while stopped */
    enum trap_kind kind;
    int code;   /* what wait(2) tells, without its lowest byte */
    int signal; /* what to go on with */
    bool has_info;
    struct siginfo info;
    unsigned long message; /* PTRACE_GETEVENTMSG */
    unsigned call_arch;    /* AUDIT_ARCH_* of the system call at hand; the tracee's */

    /* The tracee's, but while it is trapped the tracer's */
    bool stops_at_calls, skips_calls, is_stepped;

    int end_status; /* wait(2)'s encoding; the thread's own, written before it ends */
};

void tracing_init(struct tracing *tracing);

/* --- The tracer's side. Each 0 or -errno as ptrace(2) says. --- */

/* PTRACE_TRACEME, PTRACE_ATTACH, PTRACE_SEIZE. */
long ptrace_traceme(void);
long ptrace_attach(pid_t tid);
long ptrace_seize(pid_t tid, unsigned options);

/* The running thread's tracee with this number, trapped unless told otherwise, with a reference, in
 * *out. -ESRCH. */
int ptrace_find(pid_t tid, bool is_any_state, struct task **out);

/* How a tracee goes on. */
struct ptrace_resume {
    int signal; /* 0: none */
    bool stops_at_calls, skips_calls, steps;
};
long ptrace_resume(struct task *task, const struct ptrace_resume *how);
long ptrace_detach(struct task *task, int signal);

long ptrace_interrupt(struct task *task); /* in any state */
long ptrace_listen(struct task *task);
long ptrace_set_options(struct task *task, unsigned long options);
long ptrace_get_info(struct task *task, struct siginfo *info);
long ptrace_set_info(struct task *task, const struct siginfo *info);
/* Number `index` of the signals that wait, in order of sending; -ENOENT: there are not so many. */
long ptrace_peek_info(struct task *task, bool is_shared, uint64_t index, struct siginfo *info);
void ptrace_set_blocked(struct task *task, signal_set blocked);

/* PTRACE_PEEKDATA, PTRACE_POKEDATA: -EIO. */
long ptrace_peek(struct task *task, uintptr_t address, unsigned long *word);
long ptrace_poke(struct task *task, uintptr_t address, unsigned long word);

/* PTRACE_GET_SYSCALL_INFO: how many bytes of it count. */
size_t ptrace_syscall_info(struct task *task, struct ptrace_syscall_info *info);

/* --- The tracee's side: the running thread. --- */

/* A system call of a thread that is watched begins, by the conventions of AUDIT_ARCH_*: false: it
 * is not to be made, its result is in regs. Then that it ends, its result is in regs. */
bool ptrace_enter_call(struct pt_regs *regs, unsigned arch);
void ptrace_leave_call(struct pt_regs *regs);

/* Does the tracer want this event, PTRACE_EVENT_*? Then it can be told of. */
bool ptrace_wants(int event);
void ptrace_event(int event, unsigned long message);
/* exec has succeeded: the event, or, as before there were events, SIGTRAP. */
void ptrace_exec(pid_t former_tid);

/* The thread ends, with this status: the event, if it is wanted. */
void ptrace_exit(int status);

/* execve may give the running thread its file's rights: false if a tracer without rights is there.
 * Then nobody attaches until ptrace_open. */
bool ptrace_close(void);
void ptrace_open(void);

/* A signal that has been taken: what the tracer makes of it; 0: nothing. `info` may change. Called
 * with the signal lock and the interrupt flags that it saved; drops it and takes it again. */
int ptrace_signal(struct task *task, int signal, struct siginfo *info, unsigned long *flags);
/* The process stops, or the tracer has asked for a stop. Without locks. */
void ptrace_group_stop(struct task *task);
/* A signal handler's frame has been made: the end of a step. */
void ptrace_handler(void);

/* --- Between the files of kernel/proc. --- */

/* A child is made by a tracee: is it one, too? Both locks of it are held. */
void ptrace_inherit_locked(struct task *child, int event, unsigned long clone_flags);
/* SIGCONT: seized ones have news to tell. Under the signal lock. */
void ptrace_continue_locked(struct task *task);
/* The tracer ends: all of its tracees go free, or are killed. Under the tree lock. */
void ptrace_tracer_end(struct task *tracer);
/* Ends the tracing of a task; one that has ended goes to whoever else waits for it. Under the tree
 * lock; the caller puts the task. */
void ptrace_let_go(struct task *task);
/* A thread that is no leader ends: true if its tracer is to wait for it. Under the tree lock. */
bool ptrace_thread_end(struct task *task);
/* The last thread of a process ends: true if the tracer, who is not the parent, is told first.
 * Under the tree lock. */
bool ptrace_process_end(struct process *process);
/* Nobody traces it any more. Both locks of it are held; the caller puts the task. */
void ptrace_unlink_locked(struct task *task);
/* Is the thread's tracer of this process? Of another? Under the tree lock. */
bool ptrace_is_by(const struct task *task, const struct process *process);
bool ptrace_is_by_other(const struct task *task, const struct process *process);

#endif
