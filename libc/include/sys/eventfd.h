/* Counters that are descriptors. */
#ifndef LIMEN_LIBC_SYS_EVENTFD_H
#define LIMEN_LIBC_SYS_EVENTFD_H

#include <stdint.h>

#include "kernel/abi/eventfd.h"

typedef uint64_t eventfd_t;

int eventfd(unsigned int count, int flags);
int eventfd_read(int fd, eventfd_t *value);
int eventfd_write(int fd, eventfd_t value);

#endif
