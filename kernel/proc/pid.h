/*
 * Process numbers.
 *
 * A struct pid stands for a number from 1 to PID_MAX - 1: the thread that has it as its tid, and
 * the processes that have it as their process group or session. The number is not given out again
 * while anybody holds a reference, so who remembers a struct pid (a terminal its foreground group)
 * can't hit a stranger by it; it may at worst stand for nobody any more.
 *
 * Locking: the table of numbers is under a lock of its own (RANK_PID, inside the tree lock). What a
 * struct pid stands for is under process_tree_lock (kernel/proc/process.h).
 */
#ifndef LIMEN_PROC_PID_H
#define LIMEN_PROC_PID_H

#include "kernel/core/atomic.h"
#include "kernel/lib/list.h"
#include "kernel/lib/types.h"

#define PID_MAX 32768 /* as Linux's kernel.pid_max is born */

struct task;

struct pid {
    struct refcount ref;
    pid_t number;     /* constant */
    struct pid *next; /* in its bucket of the table */

    /* Under process_tree_lock */
    struct task *task;   /* the thread with this tid, a zombie leader included; NULL: none */
    struct list group;   /* struct process.group_node of the group's members */
    struct list session; /* struct process.session_node of the session's members */
};

/* The next free number, counting up and round, with one reference. -ENOMEM, -EAGAIN: none free. */
int pid_alloc(struct pid **pid);

/* By number, with a reference. NULL if nobody has or remembers it. From any context. */
struct pid *pid_find(pid_t number);

struct pid *pid_get(struct pid *pid);
void pid_put(struct pid *pid); /* NULL is fine; from any context, no lock above RANK_PID held */

/* Numbers given out are below this (kernel.pid_max): PID_LIMIT_MIN to PID_MAX. */
#define PID_LIMIT_MIN 301
extern uint32_t pid_limit; /* atomic */

/* The smallest number >= from that is in use; 0: none. For walks over all processes. */
pid_t pid_next(pid_t from);

/* The number given out last, and how many were since boot. */
pid_t pid_newest(void);
uint64_t pid_made_count(void);

#endif
