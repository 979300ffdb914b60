/* Waiting for sets of descriptors. */
#ifndef LIMEN_LIBC_SYS_SELECT_H
#define LIMEN_LIBC_SYS_SELECT_H

#include <signal.h>
#include <sys/types.h>

#include "kernel/abi/select.h"
#include "kernel/abi/time.h"

typedef struct fd_set fd_set;

#define FD_ZERO(set) ((void)__builtin_memset((set), 0, sizeof(fd_set)))
#define FD_SET(fd, set) ((void)((set)->words[(fd) / 64] |= 1UL << ((fd) % 64)))
#define FD_CLR(fd, set) ((void)((set)->words[(fd) / 64] &= ~(1UL << ((fd) % 64))))
#define FD_ISSET(fd, set) ((int)((set)->words[(fd) / 64] >> ((fd) % 64) & 1))

int select(int count, fd_set *restrict readable, fd_set *restrict writable,
           fd_set *restrict exceptional, struct timeval *restrict timeout);
int pselect(int count, fd_set *restrict readable, fd_set *restrict writable,
            fd_set *restrict exceptional, const struct timespec *restrict timeout,
            const sigset_t *restrict mask);

#endif
