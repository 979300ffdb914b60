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

/* The same, of a timeout that may be missing (WAIT_FOREVER) and be zero (0: don't wait). */
int timeout_get(const struct timespec __user *from, uint64_t *deadline_ns);

/* What is left of a timeout: 0 once it is over. */
uint64_t timeout_left_ns(uint64_t deadline_ns);

int timespec_put(uint64_t ns, struct timespec __user *to);

/* What there is to say of a timer: nanoseconds until it fires (0: it doesn't), and between (0: it
 * fires once). */
struct timer_setting {
    uint64_t value_ns, interval_ns;
};

/* struct itimerspec between user space and that: -EFAULT; -EINVAL as timespec_to_ns. */
int itimerspec_get(const struct itimerspec __user *from, struct timer_setting *setting);
int itimerspec_put(const struct timer_setting *setting, struct itimerspec __user *to);

#endif
