/*
 * Clocks of CPU time. See task_clock.h.
 */
#include "kernel/proc/task_clock.h"

#include "kernel/abi/errno.h"
#include "kernel/proc/task.h"

#define LOOK_NS (NSEC_PER_SEC / TICK_HZ) /* the shortest time between two looks at a clock */

/* The parts of a negative number. */
#define CLOCK_OF_THREAD 4
#define CLOCK_KIND 3
#define CLOCK_ALL 0 /* time in user mode and in the kernel, counted by ticks */
#define CLOCK_USER 1
#define CLOCK_FINE 2 /* as CLOCK_ALL, counted exactly: CLOCK_PROCESS_CPUTIME_ID's */
#define CLOCK_DEVICE 3

static pid_t clock_pid(clockid_t clock)
{
    return (pid_t) ~((unsigned)clock >> 3 | 7u << 29); /* the sign stays on top */
}

bool clock_is_device(clockid_t clock)
{
    return clock < 0 && (clock & (CLOCK_OF_THREAD | CLOCK_KIND)) == CLOCK_DEVICE;
}

bool clock_is_cpu_time(clockid_t clock)
{
    if (clock < 0)
        return !clock_is_device(clock);
    return clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID;
}

bool clock_is_alarm(clockid_t clock)
{
    return clock == CLOCK_REALTIME_ALARM || clock == CLOCK_BOOTTIME_ALARM;
}

bool clock_is_own_thread(clockid_t clock)
{
    return clock < 0 && (clock & CLOCK_OF_THREAD) != 0 &&
           (clock_pid(clock) == 0 || clock_pid(clock) == current->tid);
}

static int thread_clock_get(pid_t tid, struct task_clock *out)
{
    struct task *task = tid == 0 ? task_get(current_task()) : task_find(tid);

    if (task == NULL)
        return -EINVAL;
    if (task->process != current_process()) {
        task_put(task);
        return -EINVAL;
    }
    out->task = task;
    out->process = process_get(task->process);
    return 0;
}

static int process_clock_get(pid_t pid, bool to_read, struct task_clock *out)
{
    if (pid == 0 || (to_read && pid == current->tid))
        out->process = process_get(current_process());
    else
        out->process = process_find(pid);
    return out->process != NULL ? 0 : -EINVAL;
}

int task_clock_get(clockid_t clock, bool to_read, struct task_clock *out)
{
    int kind = clock < 0 ? clock & CLOCK_KIND : CLOCK_FINE;
    bool is_thread = clock < 0 ? (clock & CLOCK_OF_THREAD) != 0 : clock == CLOCK_THREAD_CPUTIME_ID;
    pid_t number = clock < 0 ? clock_pid(clock) : 0;

    if (!clock_is_cpu_time(clock) || kind == CLOCK_DEVICE)
        return -EINVAL;
    *out = (struct task_clock){.is_user = kind == CLOCK_USER, .is_fine = kind == CLOCK_FINE};
    return is_thread ? thread_clock_get(number, out) : process_clock_get(number, to_read, out);
}

void task_clock_put(struct task_clock *clock)
{
    task_put(clock->task);
    process_put(clock->process);
}

uint64_t task_clock_ns(const struct task_clock *clock)
{
    struct cpu_time time = {0};

    if (clock->task != NULL)
        thread_cpu_time(&clock->task->thread, &time);
    else
        process_cpu_time(clock->process, &time);
    return time.user_ns + (clock->is_user ? 0 : time.system_ns);
}

static bool task_clock_has_ended(const struct task_clock *clock)
{
    if (clock->task != NULL)
        return READ_ONCE(clock->task->is_exiting);
    return READ_ONCE(clock->process->thread_count) == 0;
}

uint64_t task_clock_look_ns(const struct task_clock *clock, uint64_t point_ns)
{
    uint64_t now_ns = task_clock_ns(clock), left_ns = point_ns - min(now_ns, point_ns);

    if (left_ns == 0)
        return 0;
    if (task_clock_has_ended(clock))
        return WAIT_FOREVER;
    return clock_monotonic_ns() + max(left_ns / cpus_online(), LOOK_NS);
}
