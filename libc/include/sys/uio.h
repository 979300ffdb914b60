/* Reading into, and writing from, several buffers at once. */
#ifndef LIMEN_LIBC_SYS_UIO_H
#define LIMEN_LIBC_SYS_UIO_H

#include <sys/types.h>

#include "kernel/abi/limits.h"
#include "kernel/abi/uio.h"

#define UIO_MAXIOV IOV_MAX

ssize_t readv(int fd, const struct iovec *iov, int count);
ssize_t writev(int fd, const struct iovec *iov, int count);
ssize_t preadv(int fd, const struct iovec *iov, int count, off_t offset);
ssize_t pwritev(int fd, const struct iovec *iov, int count, off_t offset);
ssize_t process_vm_readv(pid_t pid, const struct iovec *local, unsigned long local_count,
                         const struct iovec *remote, unsigned long remote_count,
                         unsigned long flags);
ssize_t process_vm_writev(pid_t pid, const struct iovec *local, unsigned long local_count,
                          const struct iovec *remote, unsigned long remote_count,
                          unsigned long flags);

#endif
