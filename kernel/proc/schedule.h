/*
 * Who may be scheduled how (sched(7), "Privileges and resource limits").
 */
#ifndef LIMEN_PROC_SCHEDULE_H
#define LIMEN_PROC_SCHEDULE_H

#include "kernel/proc/task.h"

#define NICE_MIN (-20)
#define NICE_MAX 19

/* May the running thread change how this one is scheduled? */
bool task_may_schedule(const struct task *task);

/* Gives a thread a nice value: 0, -EPERM, -EACCES (RLIMIT_NICE). */
int task_set_nice(struct task *task, int nice);

/* Gives it a policy: 0, -EINVAL (none that there is, or a priority that it doesn't have), -EPERM.
 */
int task_set_policy(struct task *task, const struct thread_policy *policy);

#endif
