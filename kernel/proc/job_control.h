/*
 * Job control between the files of kernel/proc: stopping, continuing, orphaned groups. The
 * functions that end in _locked want the signal lock, those about groups the tree lock.
 */
#ifndef LIMEN_PROC_JOB_CONTROL_H
#define LIMEN_PROC_JOB_CONTROL_H

#include "kernel/proc/task.h"

/* SIGCONT has been sent: the process goes on. */
void process_continue_locked(struct process *process);

/* A thread has met a stop signal's default action: asks all threads to stop. */
void process_stop_locked(struct process *process, int signal);

/* A stop under way needn't wait for this thread, which exits. True: that completed the stop, and
 * process_notify_parent is due. */
bool task_leave_stop_locked(struct task *task);

/* Stops the running thread, which was asked to, until SIGCONT or its death, or, if it is traced,
 * until its tracer says otherwise. Called with the signal lock and the interrupt flags it saved;
 * drops it. */
void task_stop(struct task *task, unsigned long flags);

/* The running thread sleeps as long as *is_held, which is the signal lock's, holds; its death ends
 * that. Who makes it false wakes it from THREAD_STOPPED. No lock held. */
void task_sleep_held(struct task *task, bool *is_held);

/* Tells the parent that the process has stopped (CLD_STOPPED, by `signal`) or goes on
 * (CLD_CONTINUED). No lock held. */
void process_notify_parent(struct process *process, int code, int signal);

/* Tells who waits for a process or thread, its parent or tracer, that it has stopped or goes on: by
 * SIGCHLD, unless that is not wanted for stops, and by waking its waits. Under the tree lock. */
void task_tell_stop(struct task *task, const struct siginfo *info);

/* The process ends (ignored: itself), or its parent did (ignored: NULL): if that parent was the one
 * connection of the process's group to the rest of the session, the group is orphaned, and if it
 * has a stopped member, all members get SIGHUP and SIGCONT. */
void process_check_orphaned(struct process *process, const struct process *former_parent,
                            const struct process *ignored);

#endif
