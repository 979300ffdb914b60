/* Opening files and controlling descriptors. */
#ifndef LIMEN_LIBC_FCNTL_H
#define LIMEN_LIBC_FCNTL_H

#include <sys/types.h>

#include "kernel/abi/fcntl.h"
#include "kernel/abi/splice.h"
#include "kernel/abi/stat.h"
#include "kernel/abi/uio.h"

#define O_EXEC O_PATH
#define O_SEARCH O_PATH

int creat(const char *path, mode_t mode);
int fcntl(int fd, int command, ...);
int open(const char *path, int flags, ...);
int openat(int dirfd, const char *path, int flags, ...);
int posix_fadvise(int fd, off_t offset, off_t length, int advice);
int posix_fallocate(int fd, off_t offset, off_t length);
int fallocate(int fd, int mode, off_t offset, off_t length);
ssize_t readahead(int fd, off_t offset, size_t count);
ssize_t splice(int in_fd, off_t *in_offset, int out_fd, off_t *out_offset, size_t size,
               unsigned int flags);
int sync_file_range(int fd, off_t offset, off_t count, unsigned int flags);
ssize_t tee(int in_fd, int out_fd, size_t size, unsigned int flags);
ssize_t vmsplice(int fd, const struct iovec *iov, size_t count, unsigned int flags);

#endif
