/*
 * Threads, and the scheduler that runs them.
 *
 * A thread is what a CPU can run: registers, a kernel stack, a state. What makes it part of a
 * process (mm, files, fs, signals ...) hangs on it by pointers that kernel/proc fills in; the
 * scheduler only passes them on. kernel/proc's `struct task` begins with a struct thread.
 *
 * States: a thread is RUNNABLE (on a run queue or on a CPU) or sleeps. Going to sleep is always:
 * join a wait queue, set the state, test the condition, schedule(). See kernel/sched/wait.h.
 */
#ifndef LIMEN_SCHED_THREAD_H
#define LIMEN_SCHED_THREAD_H

#include "arch/api/thread.h"
#include "kernel/core/atomic.h"
#include "kernel/core/preempt.h"
#include "kernel/core/spinlock.h"
#include "kernel/lib/list.h"
#include "kernel/lib/rbtree.h"

struct mm;
struct mutex;
struct files;
struct fs_context;
struct cred;

#define THREAD_NAME_MAX 16 /* with the NUL, as Linux's comm */

enum thread_state {
    THREAD_RUNNABLE,
    THREAD_INTERRUPTIBLE,   /* sleeps; a signal wakes it */
    THREAD_UNINTERRUPTIBLE, /* sleeps until woken */
    THREAD_STOPPED,         /* job control or ptrace */
    THREAD_DEAD,            /* never runs again */
};

/* What was read from files and written to them, and how often; the thread's own to write. */
struct io_use {
    uint64_t bytes_read, bytes_written, reads, writes;
};

/* The one flags word that a crossing tests on its way out. */
#define TF_SIGNAL 0x01u  /* signals may be pending: look */
#define TF_RESCHED 0x02u /* give up the CPU */
#define TF_KILLED                                                             \
    0x04u /* the thread is to die: SIGKILL or exit_group; every sleep but the \
             uninterruptible ends with -ERESTARTSYS */

struct thread {
    struct arch_thread arch; /* must be first */

    uint32_t flags; /* TF_*; atomic */
    uint32_t state; /* enum thread_state; under lock, or by the thread itself */
    char name[THREAD_NAME_MAX];
    pid_t tid;

    /* Of the thread's process; written by kernel/proc only. */
    struct mm *mm; /* NULL: a kernel thread */
    struct files *files;
    struct fs_context *fs;
    const struct cred *cred;

    /* Scheduling; under the run queue's lock of `cpu` */
    uint32_t cpu;        /* whose run queue */
    bool on_queue;       /* runs or waits to run */
    bool on_cpu;         /* runs, or is being switched away from */
    cpumask_t allowed;   /* sched_setaffinity */
    int nice;            /* -20 to 19 */
    uint8_t policy;      /* SCHED_* */
    uint8_t priority;    /* 1 to 99: of SCHED_FIFO and SCHED_RR; 0: a fair one */
    uint8_t turn_ticks;  /* SCHED_RR: of this turn */
    bool resets_on_fork; /* SCHED_RESET_ON_FORK */
    uint32_t weight;     /* its part compared with others', by policy and nice */
    uint64_t
        vruntime_ns;  /* CPU time weighted by that; of a real-time thread its place (policy.c) */
    uint64_t came_ns; /* when it came to this CPU */
    struct rb_node run_node;
    bool owned_by_scheduler; /* thread_create_kernel's: freed by thread_reap */
    struct list reap_node;

    /* Accounting */
    uint64_t user_ns, system_ns;
    bool was_in_kernel; /* at its last tick */
    uint64_t switches_voluntary, switches_involuntary;
    uint64_t faults; /* pages that came because of it */
    struct io_use io;

    /* Debug builds: the mutexes it holds, for lock-rank checks and gdb's `limen locks` */
    const struct mutex *mutexes[8];
    uint32_t mutexes_held;
    uint32_t fail_nth; /* debug builds: this allocation is refused (kernel/mm/page.h); 0: none is */
};

/* Fills in a new thread (zeroed memory): kernel stack, scheduling data, name. -ENOMEM. */
int thread_init(struct thread *thread, const char *name);

/* Releases what thread_init took. The thread is THREAD_DEAD and off its CPU (thread_wait_off_cpu),
 * or never ran. */
void thread_destroy(struct thread *thread);
void thread_wait_off_cpu(struct thread *thread);

/* Lets a new thread run. */
void thread_start(struct thread *thread);

/* A kernel thread that runs entry(argument); it ends by thread_exit(). NULL: out of memory. Its
 * memory is freed by the scheduler. */
struct thread *thread_create_kernel(void (*entry)(void *), void *argument, const char *name);

/* Ends the running thread for good; who owns its memory frees it after thread_wait_off_cpu. */
__noreturn void thread_exit(void);

/* Makes a thread runnable if its state is in `states` (bit mask of 1 << enum thread_state); true
 * if it was. From any context. */
bool thread_wake(struct thread *thread, unsigned states);
#define WAKE_NORMAL ((1u << THREAD_INTERRUPTIBLE) | (1u << THREAD_UNINTERRUPTIBLE))
#define WAKE_SIGNAL (1u << THREAD_INTERRUPTIBLE)
#define WAKE_KILL ((1u << THREAD_INTERRUPTIBLE) | (1u << THREAD_STOPPED))

/* Sets flag bits of another thread and makes it notice soon: wakes it from `states`, or sends its
 * CPU an interrupt if it runs in user mode. */
void thread_notify(struct thread *thread, uint32_t flags, unsigned states);

static inline bool thread_is_real_time(const struct thread *thread)
{
    return thread->priority != 0;
}

/* As Linux's tracepoints tell priorities: 0 to 98 of real-time threads, 100 to 139 of others. */
static inline int thread_priority_told(const struct thread *thread)
{
    return thread_is_real_time(thread) ? 99 - thread->priority : 120 + thread->nice;
}

static inline bool thread_interrupted(void)
{
    return (atomic_load(&current->flags) & (TF_SIGNAL | TF_KILLED)) != 0;
}

/* The CPU time that a thread has used, up to now. */
struct cpu_time {
    uint64_t user_ns, system_ns;
};
void thread_cpu_time(struct thread *thread, struct cpu_time *time);

/* Is the thread asleep, its registers on its stack? *switches tells, asked twice, whether it was so
 * all the time. */
bool thread_sleeps(struct thread *thread, uint64_t *switches);

/* Sets the running thread's state before the condition of its wait is tested. */
void thread_set_state(enum thread_state state);

/* Gives up the CPU: to whoever is next if the state is RUNNABLE, else until woken. */
void schedule(void);

/* sched_setscheduler(2): valid values, as of one moment. */
struct thread_policy {
    uint8_t policy, priority;
    int nice;
    bool resets_on_fork;
};
#define REAL_TIME_PRIORITY_MAX 99
void thread_get_policy(struct thread *thread, struct thread_policy *policy);
void thread_set_policy(struct thread *thread, const struct thread_policy *policy);

/* setpriority(2): -20 to 19. */
void thread_set_nice(struct thread *thread, int nice);

/* A new thread is scheduled as the running one is, unless that one resets on fork. */
void thread_inherit(struct thread *child);

/* SCHED_RR's turn. */
#define REAL_TIME_TURN_NS (NSEC_PER_SEC / 10)

/* sched_setaffinity(2): the CPUs that it may run on, of which one is up. When the running thread
 * asks for itself, it returns on one of them; any other leaves the wrong one soon. */
void thread_set_allowed(struct thread *thread, cpumask_t allowed);

/* sched_yield(2): to the end of the queue. */
void thread_yield(void);

/* Sleeps until clock_monotonic_ns() >= deadline. 0, or -ERESTARTSYS when interrupted. */
int thread_sleep_until(uint64_t deadline_ns);
int thread_sleep_until_real(uint64_t deadline_ns); /* the same by clock_realtime_ns */

/* For kernel/proc to fill in: called by each tick of a busy CPU, in its interrupt, without locks,
 * for the running thread, whose time has been booked. */
extern void (*sched_tick_hook)(void);

/* For CPU `cpu`, once: builds its run queue and makes the running code its idle thread. */
void sched_cpu_init(uint32_t cpu);
__noreturn void sched_idle(void);

/* What a CPU spent its time on, for /proc: programs, those with a nice value above 0, the kernel,
 * nothing. */
struct cpu_times {
    uint64_t user_ns, nice_ns, system_ns, idle_ns;
};
void sched_cpu_times(uint32_t cpu, struct cpu_times *times);

/* Threads that run or could, that are in uninterruptible sleep; and switches since boot. */
uint32_t sched_runnable_count(void);
uint32_t sched_blocked_count(void);
uint64_t sched_switch_count(void);

#endif
