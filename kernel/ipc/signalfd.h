/*
 * signalfd(2): reading the signals that are sent to who reads.
 */
#ifndef LIMEN_IPC_SIGNALFD_H
#define LIMEN_IPC_SIGNALFD_H

#include "kernel/abi/eventfd.h"
#include "kernel/proc/signal.h"
#include "kernel/vfs/file.h"

/* A descriptor from which these signals are read; flags are checked. -EMFILE, -ENOMEM. */
int signalfd_open(signal_set signals, unsigned flags);

/* Changes which; of a file that may be no signalfd: -EINVAL. */
int signalfd_set(struct file *file, signal_set signals);

#endif
