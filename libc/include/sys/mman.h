/* Memory mappings. */
#ifndef LIMEN_LIBC_SYS_MMAN_H
#define LIMEN_LIBC_SYS_MMAN_H

#include <sys/types.h>

#include "kernel/abi/mman.h"

#define MAP_FAILED ((void *)-1)

void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset);
int munmap(void *addr, size_t length);
int mprotect(void *addr, size_t length, int prot);
int madvise(void *addr, size_t length, int advice);

#endif
