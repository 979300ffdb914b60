/*
 * What one user (real user id) has in use over all processes, for RLIMIT_NPROC, RLIMIT_SIGPENDING
 * and the limits on pipes, epolls and inotifies.
 *
 * Locking: the table under its own leaf lock; the counts are atomic. From any context.
 */
#ifndef LIMEN_PROC_USER_H
#define LIMEN_PROC_USER_H

#include "kernel/core/atomic.h"
#include "kernel/lib/list.h"
#include "kernel/lib/types.h"

struct user {
    struct refcount ref;
    uid_t uid;
    struct list node;
    uint32_t task_count;
    uint32_t signal_count;  /* queued signal entries */
    uint32_t pipe_slots;    /* of pipes, each good for a page */
    uint32_t epoll_watches; /* files that epolls watch */
    uint32_t inotify_instances, inotify_watches;
    uint64_t inotify_bytes; /* of events that nobody has read */
};

struct user *user_find(uid_t uid); /* with a reference, made if need be; NULL: out of memory */
struct user *user_get(struct user *user);
void user_put(struct user *user);

#endif
