/* Opening files and controlling descriptors. */
#ifndef LIMEN_LIBC_FCNTL_H
#define LIMEN_LIBC_FCNTL_H

#include <sys/types.h>

#include "kernel/abi/fcntl.h"
#include "kernel/abi/stat.h"

#define O_EXEC O_PATH
#define O_SEARCH O_PATH

int creat(const char *path, mode_t mode);
int fcntl(int fd, int command, ...);
int open(const char *path, int flags, ...);
int openat(int dirfd, const char *path, int flags, ...);

#endif
