/*
 * What the files that implement signals share. For kernel/proc only.
 */
#ifndef LIMEN_PROC_SIGNAL_INTERNAL_H
#define LIMEN_PROC_SIGNAL_INTERNAL_H

#include "kernel/proc/task.h"

/* What becomes of a process that has no handler for a signal (signal(7)). There are no core dumps:
 * what would dump core terminates. */
enum signal_default {
    SIGNAL_TERMINATES,
    SIGNAL_IGNORED,
    SIGNAL_STOPS,
};

enum signal_default signal_default_action(int signal);

struct kernel_sigaction sighand_action(struct sighand *sighand, int signal);
/* The same of another process's task, whose execve may be replacing its sighand: takes the signal
 * lock. */
struct kernel_sigaction task_action(struct task *task, int signal);
/* For delivery: a handler with SA_RESETHAND is taken away. */
struct kernel_sigaction sighand_action_once(struct sighand *sighand, int signal);
/* Returns what was there. */
struct kernel_sigaction sighand_replace(struct sighand *sighand, int signal,
                                        const struct kernel_sigaction *action);

/* signal_send_process, as one send of many to a whole group: fork looks out for those. */
int signal_send_member(struct process *process, int signal, const struct siginfo *info);

/*
 * All below: the signal lock of the process is held.
 */

void signal_queue_init(struct signal_queue *queue);
/* Adds a signal at a user's expense, of whom `limit` entries are borne (RLIMIT_SIGPENDING); one
 * below SIGRTMIN that waits already is dropped. -EAGAIN. */
int signal_queue_add(struct signal_queue *queue, int signal, const struct siginfo *info,
                     struct user *user, unsigned long limit);
/* Adds a timer's entry, which doesn't wait yet. */
void signal_queue_add_own(struct signal_queue *queue, struct signal_entry *entry);
/* Takes it out again. */
void signal_queue_remove_own(struct signal_queue *queue, struct signal_entry *entry);
/* An entry's share of RLIMIT_SIGPENDING: -EAGAIN. */
int signal_charge(struct user *user, bool is_limited, unsigned long limit);
void signal_uncharge(struct user *user);
/* Takes the signal of `wanted` that is due first, with its siginfo; 0: none. */
int signal_queue_take(struct signal_queue *queue, signal_set wanted, struct siginfo *info);
void signal_queue_remove(struct signal_queue *queue, signal_set signals);
/* Takes signals out of all queues of a process. */
void signal_flush(struct process *process, signal_set signals);

/* Sends, the process being known to have the signal lock held by the caller. task NULL: to the
 * process. is_forced: process 1 is not exempt. */
int signal_send_locked(struct process *process, struct task *task, int signal,
                       const struct siginfo *info, bool is_forced);

/* Sends a timer's signal, by its own entry; true if that waits now. */
bool signal_send_own_locked(struct process *process, struct task *task, struct signal_entry *entry);

/* Sets TF_SIGNAL of the running thread, or takes it away. */
void signal_recalculate_locked(struct task *task);

/* The running thread won't take these any more: tells other threads of signals for the process that
 * it may have been told of. */
void signal_retarget_locked(struct task *task, signal_set signals);

/* Makes all threads die; wait4 will report `status`, unless they are dying already. */
void process_kill_locked(struct process *process, int status);

#endif
