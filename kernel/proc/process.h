/*
 * Processes: what the threads of one program share besides memory and files (Linux's
 * signal_struct).
 *
 * A process is LIVE while it has a thread that hasn't exited, then a ZOMBIE until its parent has
 * waited for it, then GONE. It keeps its leader (the thread whose tid is the process's number) and
 * so everything that can be asked about a zombie.
 *
 * Locking:
 *   process_tree_lock  who is whose child, in which group and session, which number stands for
 *                      what, which process has ended. Global, interrupts off.
 *   process->lock      signals of all its threads, limits, times ("the signal lock"). Inside the
 *                      tree lock. Interrupts off.
 *   The list of threads is changed under both and may be walked under either, or under
 *   process->cpu_time_lock.
 */
#ifndef LIMEN_PROC_PROCESS_H
#define LIMEN_PROC_PROCESS_H

#include "kernel/abi/resource.h"
#include "kernel/core/clock.h"
#include "kernel/proc/pid.h"
#include "kernel/proc/posix_timer.h"
#include "kernel/proc/signal.h"
#include "kernel/sched/wait.h"

struct file;
struct process_handle;
struct task;
struct tty;

enum process_state {
    PROCESS_LIVE,
    PROCESS_ZOMBIE,
    PROCESS_GONE, /* reaped; the memory lives on for who holds a reference */
};

/* times(2), SIGCHLD's siginfo. */
#define NSEC_PER_CLOCK_TICK (NSEC_PER_SEC / USER_HZ)

/* CPU time and the like: of threads that have exited, of children that were waited for. */
struct process_usage {
    uint64_t user_ns, system_ns;
    uint64_t switches_voluntary, switches_involuntary;
    uint64_t faults;
    struct io_use io;
    size_t peak_pages; /* the most memory that was in use at once; of several, the largest */
};

struct process {
    struct refcount ref;
    struct pid *pid;   /* constant */
    bool is_init;      /* process 1: no signal without a handler reaches it */
    uint64_t start_ns; /* clock_monotonic_ns */

    /* Under process_tree_lock */
    enum process_state state;
    struct task *leader;  /* with a reference, until GONE */
    struct task *parent;  /* the thread that made or adopted it; NULL: none (process 1) */
    pid_t parent_number;  /* its process's, 0: none; getppid reads it without the lock */
    struct list children; /* child_node, in order of birth */
    struct list child_node;
    struct pid *group, *session; /* with references, until GONE */
    struct list group_node, session_node;
    /* The controlling terminal, NULL: none; kept by its tie to the session (kernel/drivers). Of a
     * leader whose terminal was hung up: the foreground group it had, with a reference. */
    struct tty *terminal;
    struct pid *former_foreground;
    struct list all_node;          /* of process_list */
    int exit_signal;               /* to the parent at the end; 0: none */
    uint32_t zombie_threads;       /* that have ended, and that their tracers haven't waited for */
    bool has_execed;               /* setpgid by the parent comes too late */
    bool is_subreaper;             /* orphans among the descendants come here (prctl) */
    struct process_handle *handle; /* of its pidfds; NULL: there are none */
    struct wait_queue child_wait;  /* wait4: a child ended, stopped or went on */

    /* Under both locks to change, under either to read */
    struct list threads;   /* struct task.thread_node: those that haven't ended */
    uint32_t thread_count; /* may be read without a lock */

    struct spinlock lock; /* RANK_SIGHAND */

    /* RANK_CPU_TIME, inside the signal lock, to change the list of threads and to add to
     * exited_usage: under it alone the CPU time of all threads can be summed up */
    struct spinlock cpu_time_lock;

    /* Under lock: signals for whichever thread takes them */
    struct signal_queue pending;
    uint32_t group_send_count; /* sends to whole groups, which fork must not slip through */

    /* Under lock: timers that send signals (posix_timer.c) */
    struct posix_timer itimers[ITIMER_COUNT]; /* by ITIMER_* */
    struct list timers;                       /* struct posix_timer.node */
    int next_timer_id;
    bool has_cpu_timers; /* one of CPU time was started once */

    /* Under lock: the end. Once is_exiting, all threads die and status is what wait4 will report;
     * else the last one's own. live_count: threads that aren't on their way out. is_killed: SIGKILL
     * has come, so that no tracer may hold them up. */
    uint32_t live_count;
    bool is_exiting, is_killed;
    int status;                    /* wait(2)'s encoding */
    struct task *exec_task;        /* the thread whose execve waits for the others to end */
    struct wait_queue thread_wait; /* exec_task waits here */

    /* Under lock: job control */
    int stop_signal;      /* what stops the process; 0: it runs */
    uint32_t stop_count;  /* threads that still have to stop */
    bool stop_reportable; /* stopped, and nobody waited for that yet */
    bool continue_reportable;
    bool notify_continued; /* a thread that runs has to tell the parent */

    /* Under lock: the rest */
    struct rlimit limits[RLIM_NLIMITS];
    struct process_usage exited_usage, children_usage;
    int oom_score_adj, oom_score_adj_min; /* /proc/PID/oom_score_adj; who isn't root stays above */
    bool is_dumpable; /* prctl PR_SET_DUMPABLE: its user may look into it; with effect on /proc */
    struct file *exe; /* the program, for /proc/PID/exe; NULL before the first exec */
};

extern struct spinlock process_tree_lock; /* RANK_PROCESS_TREE */
extern struct list process_list;          /* all that aren't GONE; under it */

/* A process without threads, linked nowhere, with the limits of `from` (NULL: the first process's).
 * pid: its number, of which it takes a reference. NULL: no memory. */
struct process *process_create(struct pid *pid, struct process *from);

/* A new thread begins to count. Both locks are held. */
void process_add_thread_locked(struct process *process, struct task *task);

struct process *process_get(struct process *process);
void process_put(struct process *process); /* NULL is fine; from any context */

/* The process whose number this is, with a reference; zombies count. NULL: none. */
struct process *process_find(pid_t number);

/* The program that the process runs, with a reference; NULL: none. May sleep. */
struct file *process_exe_get(struct process *process);

/* The soft limit of the running process (RLIMIT_*). */
unsigned long process_limit(int resource);

/* Of all threads, those that have exited included. The second takes the signal lock. */
void process_usage_total_locked(struct process *process, struct process_usage *total);
void process_usage_total(struct process *process, struct process_usage *total);
/* CPU time alone, of all threads up to now; under any process's signal lock or none. */
void process_cpu_time(struct process *process, struct cpu_time *total);
/* Of all children that were waited for. */
void process_usage_children(struct process *process, struct process_usage *usage);
/* Of one thread: the running one, or under the signal lock, which keeps its memory. */
void process_usage_of_thread(const struct thread *thread, struct process_usage *usage);
void process_usage_add(struct process_usage *to, const struct process_usage *usage);

/* True if no member of the running process's group has a parent outside of it in the same session:
 * nobody could continue it (POSIX "orphaned process group"). */
bool process_group_is_orphaned(void);

/* setsid(2), setpgid(2): the number of the new session; 0 or -errno. */
long process_new_session(void);
long process_set_group(pid_t number, pid_t group);

/* getpgid(2), getsid(2) of the thread with this number (0: the running one); -ESRCH. */
pid_t process_group_of(pid_t number, bool want_session);

/* For the terminal driver to fill in: called, without locks, by a session's leader that ends; its
 * terminal gives the session up and hangs up the foreground group. */
extern void (*process_session_end_hook)(struct process *leader);

/* Likewise, called under the tree lock: the number of a process's terminal and the foreground group
 * there. Without a terminal nothing is stored. */
extern void (*process_terminal_hook)(const struct process *process, dev_t *terminal,
                                     pid_t *foreground);

#endif
