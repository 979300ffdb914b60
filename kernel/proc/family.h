/*
 * Parents and children, between the files of kernel/proc. All under process_tree_lock.
 */
#ifndef LIMEN_PROC_FAMILY_H
#define LIMEN_PROC_FAMILY_H

#include "kernel/proc/task.h"

/* A thread is about to end: what it has made goes to another thread of its process, or, if it is
 * the last, to the next process that adopts. */
void family_hand_over(struct task *task);

/* The last thread has ended: a zombie, or gone if the parent doesn't care. */
void process_end(struct process *process);

/* Takes a zombie out of the tree. The caller puts its leader, which is returned, when it has
 * dropped the lock. */
struct task *process_reap(struct process *process);

/* The siginfo of the SIGCHLD that tells of this process's end; waitid's too. */
void process_end_info(struct process *process, struct siginfo *info);

#endif
