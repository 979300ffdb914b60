/*
 * Parents and children, between the files of kernel/proc. All under process_tree_lock.
 */
#ifndef LIMEN_PROC_FAMILY_H
#define LIMEN_PROC_FAMILY_H

#include "kernel/proc/task.h"

/* A thread is about to end: what it has made goes to another thread of its process, or, if it is
 * the last, to the next process that adopts. */
void family_hand_over(struct task *task);

/* A thread has ended or been waited for by its tracer: if there is none left the process is a
 * zombie, or gone if the parent doesn't care. A tracer that isn't the parent waits for it first;
 * then process_tell_end tells the parent. */
void process_end_if_last(struct process *process);
void process_tell_end(struct process *process);

/* Takes a zombie out of the tree. The caller puts its leader, which is returned, when it has
 * dropped the lock. */
struct task *process_reap(struct process *process);

/* The siginfo of the SIGCHLD that tells of this process's end; waitid's too. */
void process_end_info(struct process *process, struct siginfo *info);
/* The same for one thread of it, whose tracer is told. */
void thread_end_info(struct task *task, struct siginfo *info);

#endif
