/* Waiting for descriptors. */
#ifndef LIMEN_LIBC_POLL_H
#define LIMEN_LIBC_POLL_H

#include "kernel/abi/poll.h"

typedef unsigned long nfds_t;

int poll(struct pollfd *fds, nfds_t count, int timeout_ms);

#endif
