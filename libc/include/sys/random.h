/* Random bytes from the kernel. */
#ifndef LIMEN_LIBC_SYS_RANDOM_H
#define LIMEN_LIBC_SYS_RANDOM_H

#include <sys/types.h>

#include "kernel/abi/random.h"

ssize_t getrandom(void *buf, size_t size, unsigned int flags);
int getentropy(void *buf, size_t size);

#endif
