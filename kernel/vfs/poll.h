/*
 * Asking files whether they are ready, and being told when that may have changed: the base of poll,
 * select and epoll, on wait queues.
 *
 * A file's poll operation names each queue that is woken when its answer may change, by poll_wait
 * or poll_wait_for, and then answers. Who asks passes a poll table, whose `join` says what is done
 * about the queues: a thread's poller (below) joins them for the time of one system call, epoll
 * (kernel/vfs/epoll.h) for as long as it watches the file. No table: only asking.
 *
 *     poller_init(&poller);
 *     for (err = 0;; err = poller_sleep(&poller, deadline_ns)) {
 *         ready = ...file_poll(file, &poller.table)...;    (the first round joins the queues)
 *         if (ready || err)                            (ready is more than a signal or a timeout)
 *             break;
 *     }
 *     poller_leave(&poller);
 */
#ifndef LIMEN_VFS_POLL_H
#define LIMEN_VFS_POLL_H

#include "kernel/abi/poll.h"
#include "kernel/lib/list.h"
#include "kernel/sched/wait.h"

/* What a file answers that is always ready. */
#define POLL_ALWAYS (POLLIN | POLLRDNORM | POLLOUT | POLLWRNORM)

struct file;

struct poll_table {
    /* Joins a queue whose wake-up may bring `events`. May allocate, hence sleep. */
    void (*join)(struct poll_table *table, struct wait_queue *queue, unsigned events);
    unsigned wanted;   /* POLL*: what the asker wants to know of */
    struct file *file; /* the one that is being asked: file_poll's */
};

/* For poll operations: whoever asks is to be woken when `queue` is. The queue must live as long as
 * the file that is being asked. Hold no spin lock. */
static inline void poll_wait_for(struct poll_table *table, struct wait_queue *queue,
                                 unsigned events)
{
    if (table)
        table->join(table, queue, events);
}

/* The same where a wake-up may mean anything. */
static inline void poll_wait(struct poll_table *table, struct wait_queue *queue)
{
    poll_wait_for(table, queue, ~0u);
}

/* One queue that a thread has joined. */
struct poller_entry {
    struct wait_entry wait;
    struct poller *poller;
    struct file *file; /* a reference: keeps the queue */
    struct list node;
};

/* One thread on many queues. */
struct poller {
    struct poll_table table;
    struct thread *thread;
    bool woken;          /* a queue was woken since the last round; atomic */
    bool joined;         /* later rounds only ask */
    int error;           /* -ENOMEM: a queue could not be joined */
    struct list entries; /* struct poller_entry: the queues joined */
    unsigned inline_used;
    struct poller_entry inline_entries[4]; /* the first ones need no memory */
};

void poller_init(struct poller *poller);

/* After a round in which nothing was ready: 0 after a wake-up (ask again), -ETIMEDOUT,
 * -ERESTARTNOHAND (a signal), -ENOMEM. */
int poller_sleep(struct poller *poller, uint64_t deadline_ns);

void poller_leave(struct poller *poller);

#endif
