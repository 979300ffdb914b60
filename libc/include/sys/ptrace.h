/* Watching and steering another thread. */
#ifndef LIMEN_LIBC_SYS_PTRACE_H
#define LIMEN_LIBC_SYS_PTRACE_H

#include <sys/types.h>

#include "kernel/abi/ptrace.h"

/* The word that was read with PTRACE_PEEK*, where -1 may be one: errno tells. */
long ptrace(long request, ...);

#endif
