/* Watching many descriptors. */
#ifndef LIMEN_LIBC_SYS_EPOLL_H
#define LIMEN_LIBC_SYS_EPOLL_H

#include <signal.h>

#include "kernel/abi/epoll.h"

typedef union epoll_data epoll_data_t;

int epoll_create(int size);
int epoll_create1(int flags);
int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event);
int epoll_wait(int epfd, struct epoll_event *events, int max, int timeout_ms);
int epoll_pwait(int epfd, struct epoll_event *events, int max, int timeout_ms,
                const sigset_t *mask);

#endif
