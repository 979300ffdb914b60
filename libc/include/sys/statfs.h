/* What is known of a file system. */
#ifndef LIMEN_LIBC_SYS_STATFS_H
#define LIMEN_LIBC_SYS_STATFS_H

#include "kernel/abi/statfs.h"

int statfs(const char *path, struct statfs *st);
int fstatfs(int fd, struct statfs *st);

#endif
