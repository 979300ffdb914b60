/*
 * What the files that implement epoll share. For kernel/ipc/epoll*.c only.
 *
 * Locking, outermost first:
 *   epoll_nest_lock   which epolls watch which. Taken only where an epoll is watched.
 *   epoll->lock       the items. Held while items' files are asked, which may be epolls, whose
 * locks come next: as no epoll watches itself by any detour, that ends. (a watched queue's lock:
 * the wake function runs under it) epoll->ready_lock the list of items that have been woken, and
 * what each one wants (the locks of the epoll's own queues, which other epolls may have joined)
 *
 * Lifetime: an item has no reference on the file that it watches, else no file that is watched
 * could be closed. Instead the last reference's end takes all items away first (epoll_forget),
 * before the file's release operation: so an item's file is there, with its queues, as long as the
 * item is. An item goes under its epoll's lock, in this order: off the queues (its wake function
 * doesn't run any more), off the file, off the epoll.
 */
#ifndef LIMEN_IPC_EPOLL_INTERNAL_H
#define LIMEN_IPC_EPOLL_INTERNAL_H

#include "kernel/ipc/epoll.h"
#include "kernel/lib/rbtree.h"
#include "kernel/vfs/poll.h"

struct user;

/* What may stand in events besides poll's bits. */
#define EPOLL_MODES (EPOLLEXCLUSIVE | EPOLLWAKEUP | EPOLLONESHOT | EPOLLET)

struct epoll {
    struct refcount ref;  /* of the file, and of who takes an item of another's away */
    struct mutex lock;    /* RANK_EPOLL */
    struct rb_root items; /* under lock; by file and descriptor */

    struct spinlock ready_lock; /* RANK_EPOLL_READY */
    struct list ready;          /* under ready_lock: struct epoll_item.ready_node */

    struct wait_queue wait;      /* epoll_wait */
    struct wait_queue poll_wait; /* who polls the epoll itself */

    /* Under epoll_nest_lock */
    struct list inner, outer; /* struct epoll_item: which epolls it watches; who watches it */
    unsigned visit, depth;    /* epoll_nest.c's */
};

/* A file that is watched, under one of its descriptors. */
struct epoll_item {
    struct rb_node node;
    struct epoll *epoll;
    struct file *file;
    unsigned fd;
    struct user *user;        /* who is charged; a reference */
    struct list file_node;    /* of file->watches, under file->lock */
    struct list entries;      /* struct epoll_entry: the queues joined; constant */
    struct epoll_event event; /* changes under both locks */
    bool is_ready;            /* on a list, under ready_lock */
    struct list ready_node;
    struct list inner_node, outer_node; /* of an epoll that watches an epoll */
};

/* The epoll that a file is; NULL: it is none. */
struct epoll *epoll_of(const struct file *file);

/* Adds the item to those that are ready, as the last, unless it is one. Under ready_lock. */
void epoll_item_make_ready_locked(struct epoll_item *item);

/* What is ready of what the item asks for. Under the epoll's lock. */
unsigned epoll_item_poll(const struct epoll_item *item);

/* True if an item was woken and not looked at since: a hint. */
static inline bool epoll_has_ready(const struct epoll *epoll)
{
    return READ_ONCE(epoll->ready.next) != &epoll->ready;
}

/* Whether one of them is ready indeed; those before it that aren't are struck off the list. May be
 * called with the locks of epolls that watch this one. */
bool epoll_is_ready(struct epoll *epoll);

extern struct mutex epoll_nest_lock; /* RANK_EPOLL_NEST */

/* All under epoll_nest_lock: may `outer` begin to watch `inner`? -ELOOP: it would watch itself, or
 * more than five would watch one another in a row. */
int epoll_nest_check(struct epoll *outer, struct epoll *inner);
/* The new item has been added: -EINVAL if now an event would have to go too many ways up. Under the
 * lock of its epoll. */
int epoll_paths_check(const struct epoll_item *item);

#endif
