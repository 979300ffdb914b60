/* Memory mappings. */
#ifndef LIMEN_LIBC_SYS_MMAN_H
#define LIMEN_LIBC_SYS_MMAN_H

#include <sys/types.h>

#include "kernel/abi/mman.h"

#define MAP_FAILED ((void *)-1)

void *mmap(void *addr, size_t length, int prot, int flags, int fd, off_t offset);
void *mremap(void *old, size_t old_size, size_t new_size, int flags, ...);
int msync(void *start, size_t size, int flags);
int mincore(void *start, size_t size, unsigned char *resident);
int mlock(const void *start, size_t size);
int mlock2(const void *start, size_t size, unsigned flags);
int mlockall(int flags);
int munlock(const void *start, size_t size);
int munlockall(void);
int munmap(void *addr, size_t length);
int mprotect(void *addr, size_t length, int prot);
int madvise(void *addr, size_t length, int advice);

#endif
