/*
 * timerfd_create(2): a timer whose expirations are read from a descriptor.
 */
#ifndef LIMEN_IPC_TIMERFD_H
#define LIMEN_IPC_TIMERFD_H

#include "kernel/abi/eventfd.h"
#include "kernel/proc/timespec.h"
#include "kernel/vfs/file.h"

/* A descriptor of a timer that doesn't run yet; clock and flags are checked. -EMFILE, -ENOMEM. */
int timerfd_open(int clock, unsigned flags);

/* timerfd_settime(2), timerfd_gettime(2), of a file that may be none: -EINVAL. `flags`:
 * TFD_TIMER_*. `old` is what was set before. -ECANCELED: it is set, but the clock was set before
 * that and nobody has read so (TFD_TIMER_CANCEL_ON_SET). */
int timerfd_set(struct file *file, unsigned flags, const struct timer_setting *setting,
                struct timer_setting *old);
int timerfd_get(struct file *file, struct timer_setting *setting);

/* The real clock was set: who wanted to be told reads -ECANCELED. */
void timerfd_clock_was_set(void);

#endif
