/* Timers that are descriptors. */
#ifndef LIMEN_LIBC_SYS_TIMERFD_H
#define LIMEN_LIBC_SYS_TIMERFD_H

#include <time.h>

#include "kernel/abi/eventfd.h"

int timerfd_create(clockid_t clock, int flags);
int timerfd_gettime(int fd, struct itimerspec *value);
int timerfd_settime(int fd, int flags, const struct itimerspec *value, struct itimerspec *old);

#endif
