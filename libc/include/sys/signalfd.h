/* Signals that are read from a descriptor. */
#ifndef LIMEN_LIBC_SYS_SIGNALFD_H
#define LIMEN_LIBC_SYS_SIGNALFD_H

#include <signal.h>

#include "kernel/abi/eventfd.h"

int signalfd(int fd, const sigset_t *set, int flags);

#endif
