/*
 * Descriptors of processes.
 *
 * See `man 2 pidfd_open`.
 */
#ifndef LIMEN_ABI_PIDFD_H
#define LIMEN_ABI_PIDFD_H

#include "kernel/abi/fcntl.h"

#define PIDFD_NONBLOCK O_NONBLOCK
#define PIDFD_THREAD O_EXCL /* Linux 6.9 */

#endif
