/*
 * struct timespec between user space and the kernel's nanoseconds (nanosleep(2)).
 */
#ifndef LIMEN_PROC_TIMESPEC_H
#define LIMEN_PROC_TIMESPEC_H

#include "kernel/lib/clock.h"
#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

/* The longest time there is; sums of two fit in 64 bits. */
#define TIME_MAX_NS ((uint64_t)INT64_MAX)

/* Nanoseconds, cut to TIME_MAX_NS. -EINVAL: negative, or too many nanoseconds. */
int timespec_to_ns(const struct timespec *time, uint64_t *ns);

int timeval_to_ns(const struct timeval *time, uint64_t *ns);

/* The same of a user's; -EFAULT. */
int timespec_get(const struct timespec __user *from, uint64_t *ns);

/* A time from now as a point of clock_monotonic_ns. */
int timespec_get_deadline(const struct timespec __user *from, uint64_t *deadline_ns);

int timespec_put(uint64_t ns, struct timespec __user *to);

#endif
