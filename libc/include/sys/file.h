/* Locks on whole files. */
#ifndef LIMEN_LIBC_SYS_FILE_H
#define LIMEN_LIBC_SYS_FILE_H

#include "kernel/abi/fcntl.h"

int flock(int fd, int operation);

#endif
