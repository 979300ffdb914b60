/*
 * epoll(7): a file that watches other files. It joins their wait queues once, for as long as it
 * watches them, and keeps a list of those that have been woken since; so waiting costs by what is
 * ready, not by what is watched.
 */
#ifndef LIMEN_IPC_EPOLL_H
#define LIMEN_IPC_EPOLL_H

#include "kernel/abi/epoll.h"
#include "kernel/vfs/file.h"

/* epoll_create1(2): a descriptor. -ENOMEM, -EMFILE. */
int epoll_open(unsigned flags);

/* epoll_ctl(2) on a file that may be no epoll (-EINVAL): watch `target`, known as `fd`, watch it in
 * another way, or no more. -EPERM (it can't be polled), -EEXIST, -ENOENT, -ELOOP, -ENOSPC, -ENOMEM.
 */
int epoll_control(struct file *file, int op, unsigned fd, struct file *target,
                  struct epoll_event *event);

/* epoll_wait(2): how many of at most `max` events were stored; 0 after deadline_ns (0: at once).
 * -EINVAL (no epoll), -EFAULT (if none was), -EINTR. */
long epoll_wait(struct file *file, struct epoll_event __user *events, int max,
                uint64_t deadline_ns);

#endif
