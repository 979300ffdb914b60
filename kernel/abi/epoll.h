/*
 * Watching many descriptors.
 *
 * See `man 7 epoll`.
 */
#ifndef LIMEN_ABI_EPOLL_H
#define LIMEN_ABI_EPOLL_H

#include "kernel/abi/fcntl.h"

#define EPOLL_CLOEXEC O_CLOEXEC

#define EPOLL_CTL_ADD 1
#define EPOLL_CTL_DEL 2
#define EPOLL_CTL_MOD 3

/* Those up to EPOLLRDHUP are poll's. */
#define EPOLLIN 0x00000001
#define EPOLLPRI 0x00000002
#define EPOLLOUT 0x00000004
#define EPOLLERR 0x00000008
#define EPOLLHUP 0x00000010
#define EPOLLNVAL 0x00000020
#define EPOLLRDNORM 0x00000040
#define EPOLLRDBAND 0x00000080
#define EPOLLWRNORM 0x00000100
#define EPOLLWRBAND 0x00000200
#define EPOLLMSG 0x00000400
#define EPOLLRDHUP 0x00002000
#define EPOLLEXCLUSIVE (1u << 28) /* one event wakes one epoll, not all that watch the file */
#define EPOLLWAKEUP (1u << 29)    /* keeps the machine from suspending */
#define EPOLLONESHOT (1u << 30)
#define EPOLLET (1u << 31)

/* The caller's own. */
union epoll_data {
    void *ptr;
    int fd;
    unsigned int u32;
    unsigned long u64;
};

struct epoll_event {
    unsigned int events;
    union epoll_data data;
} __attribute__((packed));
_Static_assert(sizeof(struct epoll_event) == 12, "struct epoll_event");

#endif
