/* Limits and use of resources. */
#ifndef LIMEN_LIBC_SYS_RESOURCE_H
#define LIMEN_LIBC_SYS_RESOURCE_H

#include <sys/types.h>

#include "kernel/abi/resource.h"

typedef unsigned long rlim_t;

/* The nice value, -20 to 19; -1 is one: errno tells an error. */
int getpriority(int which, int who);
int setpriority(int which, int who, int nice);
int getrusage(int who, struct rusage *usage);
int getrlimit(int resource, struct rlimit *limit);
int setrlimit(int resource, const struct rlimit *limit);
int prlimit(pid_t pid, int resource, const struct rlimit *new_limit, struct rlimit *old_limit);

#endif
