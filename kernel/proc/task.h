/*
 * Tasks: threads of user programs.
 *
 * A task is a struct thread with what makes it part of a process. mm, files, fs, sighand and
 * process are objects of their own with counts; clone's CLONE_* bits say which a new task shares
 * with its maker and which it gets as copies. fork, vfork, clone and clone3 are one function.
 *
 * Lifetime: a task is counted. One reference belongs to its running; a leader's second one to its
 * process, until that is waited for. The last one gone, the memory is freed, by whoever dropped it
 * if it may sleep, else by the reaper thread, and always after the thread is off its CPU.
 */
#ifndef LIMEN_PROC_TASK_H
#define LIMEN_PROC_TASK_H

#include "kernel/abi/futex.h"
#include "kernel/abi/sched.h"
#include "kernel/abi/time.h"
#include "kernel/proc/process.h"
#include "kernel/proc/ptrace.h"
#include "kernel/sched/thread.h"

/* What restart_syscall(2) goes on with; filled by the call that returns -ERESTART_RESTARTBLOCK. */
struct restart_block {
    long (*resume)(struct restart_block *block);
    uint64_t deadline_ns;           /* clock_monotonic_ns; clock_realtime_ns if is_real */
    struct timespec __user *remain; /* clock_nanosleep's; NULL: none */
    unsigned int __user *word;      /* futex's */
    unsigned int value, bitset;
    bool is_private, is_real;
    int clock; /* clock_nanosleep's by a clock of CPU time, deadline_ns a point of that */
};

struct task {
    struct thread thread; /* must be first */
    struct refcount ref;
    struct process *process; /* constant, with a reference */
    struct sighand *sighand; /* with a reference; changed by exec, under the signal lock */
    struct user *user;       /* whose task and signal counts it is in; under the signal lock */
    bool is_charged;         /* task_charge; under the signal lock */
    bool over_task_limit;    /* since setuid: execve fails unless it is under RLIMIT_NPROC again */

    /* Under process_tree_lock */
    struct pid *pid;         /* with a reference; NULL once released */
    struct list thread_node; /* of process->threads; both locks */

    /* Under the signal lock, process->lock */
    struct signal_queue pending;
    signal_set blocked;
    signal_set saved_blocked; /* to come back when mask_is_temporary */
    signal_set awaited;       /* by rt_sigtimedwait: taken though they are blocked */
    bool mask_is_temporary;
    bool is_exiting;     /* takes no signal any more */
    bool stop_taken;     /* has dequeued a stop signal that no SIGCONT has overtaken */
    bool stop_requested; /* has to stop, for process->stop_signal */
    bool is_stopped;     /* has stopped */

    struct tracing tracing; /* ptrace.h has its locking */

    /* The task's own */
    struct sigaltstack altstack;
    struct restart_block restart;
    int __user *set_child_tid;   /* stored to when the task begins */
    int __user *clear_child_tid; /* cleared and woken when it ends */
    struct robust_list_head __user *robust_list;
    uint64_t start_ns;
    int parent_death_signal; /* prctl PR_SET_PDEATHSIG: sent when the maker dies; 0: none. Atomic */
    bool no_new_privileges;  /* prctl PR_SET_NO_NEW_PRIVS */
    unsigned personality;    /* personality(2) */
    uint64_t timer_slack_ns, default_timer_slack_ns; /* prctl PR_SET_TIMERSLACK */

    /* vfork: the maker waits until the child has left its memory */
    bool left_memory; /* atomic */
    bool is_vfork;    /* constant */
    struct wait_queue vfork_wait;

    /* RLIMIT_RTTIME, for the tick: how often it had slept when it was looked at last, and for how
     * many ticks it has run since */
    uint64_t sleeps_seen, ticks_awake;

    struct list graveyard_node; /* of the reaper's list */
};

static inline struct task *task_of(struct thread *thread)
{
    return container_of(thread, struct task, thread);
}

/* The running thread; only in the context of a user program's thread (system calls, faults). */
static inline struct task *current_task(void)
{
    return task_of(current);
}

static inline struct process *current_process(void)
{
    return current_task()->process;
}

/* True if the thread is a task; false: one of the kernel's own. */
bool thread_is_task(const struct thread *thread);

/* A task that nobody knows yet: kernel stack and name, all else zero. NULL: no memory. */
struct task *task_create(const char *name);

struct task *task_get(struct task *task);
void task_put(struct task *task); /* NULL is fine; from any context */

/* Frees a task that waits for the reaper, where sleeping is allowed and no mutex is held; false:
 * there is none. */
bool task_reap(void);

/* Takes a task that has ended out of the table of numbers and off its user's account. Under the
 * tree lock. */
void task_release(struct task *task);

/* Counts it among all tasks and its user's, for threads-max and RLIMIT_NPROC, until task_uncharge
 * or task_release. */
void task_charge(struct task *task);
void task_uncharge(struct task *task);

/* Tasks there are, zombies included. */
uint32_t task_count(void);

/* There are no more (kernel.threads-max); by itself what takes a quarter of memory for stacks.
 * Atomic. */
extern uint64_t task_count_max;
#define TASK_COUNT_MAX_LEAST 20
#define TASK_COUNT_MAX_MOST 0x3fffffff

/* The task with this tid, with a reference; a zombie leader counts. NULL: none. */
struct task *task_find(pid_t tid);
struct task *pid_task(struct pid *pid);

/*
 * clone3(2) in its own terms, and fork, vfork, clone. The child's tid, or -EINVAL (flags that make
 * no sense together or are not implemented), -EPERM (tls is no user address), -EAGAIN, -ENOMEM,
 * -ERESTARTNOINTR.
 */
long task_clone(const struct clone_args *args);

/* The running task gets a descriptor table of its own, with copies of what it shares with others.
 * -ENOMEM. */
int task_unshare_files(struct task *task);

/* exit(2): ends the running thread; `status` in wait(2)'s encoding. */
__noreturn void task_exit(int status);

/* exit_group(2), or a fatal signal: ends all threads of the running process. */
__noreturn void process_exit(int status);

/* The running thread leaves its memory for another (exec) or none (NULL, exit), with all that the
 * memory's other users have to learn: robust futexes, clear_child_tid, vfork's wait. */
void task_leave_memory(struct task *task, struct mm *next);

/* One line for a panic report: which thread of which program is in which system call. */
void task_describe(char *buffer, size_t size);

/* Makes process 1 and runs the program in it: /bin/init, argv and envp NULL-terminated. Called
 * once, in a kernel thread. 0, or why it can't be started. */
int process_start_init(const char *path, const char *const argv[], const char *const envp[]);

/* As wait_event, but only the thread's death ends it: 0 or -ERESTARTSYS. A signal waits. With a
 * deadline, -ETIMEDOUT. */
#define wait_event_killable(queue, condition) \
    wait_event_killable_until(queue, condition, WAIT_FOREVER)
#define wait_event_killable_until(queue, condition, deadline_ns)                       \
    ({                                                                                 \
        int _killable_result;                                                          \
        while ((_killable_result = wait_event_until(queue, condition, deadline_ns)) == \
                   -ERESTARTSYS &&                                                     \
               !(atomic_load(&current->flags) & TF_KILLED))                            \
            atomic_and(&current->flags, ~TF_SIGNAL);                                   \
        signal_notice();                                                               \
        _killable_result;                                                              \
    })

#endif
