/*
 * What the files that implement pipes share. For kernel/ipc/pipe*.c only.
 */
#ifndef LIMEN_IPC_PIPE_INTERNAL_H
#define LIMEN_IPC_PIPE_INTERNAL_H

#include "kernel/core/atomic.h"
#include "kernel/sched/mutex.h"
#include "kernel/sched/wait.h"

struct user;

struct pipe_slot {
    struct page *page;
    unsigned offset, length; /* the bytes in it; length is never 0 */
};

struct pipe {
    struct mutex lock; /* RANK_PIPE */
    struct pipe_slot *slots;
    unsigned capacity;                /* slots; a power of two */
    unsigned head, tail;              /* slots ever filled, ever emptied; they wrap */
    unsigned readers, writers;        /* openings */
    unsigned read_opens, write_opens; /* ever; for FIFOs to see the other side come */
    unsigned users;                   /* openings of a FIFO, under its inode's lock */
    struct user *owner;               /* who is charged for the slots; a reference */
    struct wait_queue read_wait, write_wait, open_wait;
};

static inline unsigned pipe_used(const struct pipe *pipe)
{
    return READ_ONCE(pipe->head) - READ_ONCE(pipe->tail);
}

static inline struct pipe_slot *pipe_slot(const struct pipe *pipe, unsigned index)
{
    return &pipe->slots[index & (pipe->capacity - 1)];
}

/* Gives a new pipe its slots, at the expense of the running thread's user; and back. -ENOMEM. */
int pipe_slots_init(struct pipe *pipe);
void pipe_slots_free(struct pipe *pipe);

#endif
