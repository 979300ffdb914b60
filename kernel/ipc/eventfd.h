/*
 * eventfd(2): a counter. write adds to it, read takes it, or 1 of it.
 */
#ifndef LIMEN_IPC_EVENTFD_H
#define LIMEN_IPC_EVENTFD_H

#include "kernel/abi/eventfd.h"

/* A descriptor of a new counter; flags as eventfd2(2)'s, checked. -EMFILE, -ENOMEM. */
int eventfd_open(unsigned count, unsigned flags);

#endif
