/*
 * Reading the kernel's log: what /dev/kmsg (kmsg.c), /proc/kmsg (proc_kmsg.c) and syslog(2) share.
 */
#ifndef LIMEN_DRIVERS_KMSG_H
#define LIMEN_DRIVERS_KMSG_H

#include "kernel/sched/wait.h"

struct iter;

/* Woken when the log has grown, late by up to a tenth of a second, between kmsg_watch and
 * kmsg_unwatch. */
extern struct wait_queue kmsg_wait;
void kmsg_watch(void);
void kmsg_unwatch(void);

/* Takes what nobody has taken yet of the log, by /proc/kmsg or syslog(2), the oldest first: how
 * many bytes. While there is nothing: waits, or -EAGAIN. -EFAULT, -ERESTARTSYS. */
ssize_t log_take(struct iter *to, bool waits);
size_t log_untaken(void);

#endif
