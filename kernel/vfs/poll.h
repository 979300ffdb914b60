/*
 * Waiting for several files at once: the base of poll, select and epoll, on wait queues.
 *
 * A file's poll operation calls poll_wait for each queue that is woken when its answer may change,
 * and then answers. The caller of poll_table_* asks all its files, and if none is ready sleeps
 * until one of the queues was woken.
 *
 *     poll_table_init(&table);
 *     for (err = 0;; err = poll_table_sleep(&table, deadline_ns)) {
 *         ready = ...file_poll(file, &table)...;       (the first round joins the queues)
 *         if (ready || err)                            (ready is more than a signal or a timeout)
 *             break;
 *     }
 *     poll_table_leave(&table);
 */
#ifndef LIMEN_VFS_POLL_H
#define LIMEN_VFS_POLL_H

#include "kernel/abi/poll.h"
#include "kernel/lib/list.h"
#include "kernel/sched/wait.h"

struct file;

struct poll_table;

/* One queue that was joined. */
struct poll_entry {
    struct wait_entry wait;
    struct poll_table *table;
    struct file *file; /* a reference: keeps the queue */
    struct list node;
};

struct poll_table {
    struct thread *thread;
    bool woken;          /* a queue was woken since the last round; atomic */
    bool joined;         /* later rounds only ask */
    int error;           /* -ENOMEM: a queue could not be joined */
    struct file *file;   /* the one that is being asked: file_poll's */
    struct list entries; /* struct poll_entry: the queues joined */
    unsigned inline_used;
    struct poll_entry inline_entries[4]; /* the first ones need no memory */
};

void poll_table_init(struct poll_table *table);

/* For poll operations: the table's owner is woken when `queue` is. table NULL: only asking. The
 * queue must live as long as the file that is being asked. May allocate, hence sleep: hold no spin
 * lock. */
void poll_wait(struct poll_table *table, struct wait_queue *queue);

/* After a round in which nothing was ready: 0 after a wake-up (ask again), -ETIMEDOUT,
 * -ERESTARTSYS (a signal), -ENOMEM. */
int poll_table_sleep(struct poll_table *table, uint64_t deadline_ns);

void poll_table_leave(struct poll_table *table);

#endif
