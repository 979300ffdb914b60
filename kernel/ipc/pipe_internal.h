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
    bool is_packet;          /* a write of its own (O_DIRECT): nothing is added, a read ends here */
    bool is_fixed;           /* shares its page with another pipe's: nothing is added */
};

struct pipe {
    struct mutex lock; /* RANK_PIPE */
    struct pipe_slot *slots;
    unsigned capacity;                /* slots; a power of two */
    unsigned head, tail;              /* slots ever filled, ever emptied; they wrap */
    unsigned readers, writers;        /* openings */
    unsigned read_opens, write_opens; /* ever; for FIFOs to see the other side come */
    bool is_polled;                   /* once: then each write wakes, be the pipe empty or not */
    bool is_drained;                  /* splice to a file: nobody else reads meanwhile */
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

static inline bool pipe_is_full(const struct pipe *pipe)
{
    return pipe_used(pipe) >= READ_ONCE(pipe->capacity);
}

static inline bool pipe_can_read(const struct pipe *pipe)
{
    return !READ_ONCE(pipe->is_drained) && (pipe_used(pipe) != 0 || READ_ONCE(pipe->writers) == 0);
}

static inline bool pipe_can_write(const struct pipe *pipe)
{
    return !pipe_is_full(pipe) || READ_ONCE(pipe->readers) == 0;
}

/* Takes the first bytes out of the pipe; there are so many. Under the lock. */
void pipe_consume(struct pipe *pipe, size_t size);

/* Gives a new pipe its slots, at the expense of the running thread's user; and back. -ENOMEM. */
int pipe_slots_init(struct pipe *pipe);
void pipe_slots_free(struct pipe *pipe);

#endif
