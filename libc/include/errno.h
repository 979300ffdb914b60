/* Error numbers. Those of system calls are stored by __syscall_return alone. */
#ifndef LIMEN_LIBC_ERRNO_H
#define LIMEN_LIBC_ERRNO_H

#include "kernel/abi/errno.h"

/* Where the calling thread keeps its error number. */
int *__errno_location(void) __attribute__((const));
#define errno (*__errno_location())

extern char *program_invocation_name;
extern char *program_invocation_short_name;

#endif
