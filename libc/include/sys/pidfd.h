/* Processes that are descriptors. */
#ifndef LIMEN_LIBC_SYS_PIDFD_H
#define LIMEN_LIBC_SYS_PIDFD_H

#include <signal.h>
#include <sys/types.h>

#include "kernel/abi/pidfd.h"

int pidfd_open(pid_t pid, unsigned int flags);
int pidfd_getfd(int pidfd, int fd, unsigned int flags);
int pidfd_send_signal(int pidfd, int sig, siginfo_t *info, unsigned int flags);

#endif
