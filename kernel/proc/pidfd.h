/*
 * Descriptors of processes (pidfd_open(2), CLONE_PIDFD). A descriptor keeps neither the process nor
 * its number, only a handle that leads to it until it has been waited for.
 */
#ifndef LIMEN_PROC_PIDFD_H
#define LIMEN_PROC_PIDFD_H

#include "kernel/proc/process.h"
#include "kernel/vfs/file.h"

struct process_handle;

/* A file for a process, which nobody has waited for; flags: O_NONBLOCK. -ENOMEM, -ESRCH. */
int pidfd_create(struct process *process, unsigned flags, struct file **out);

/* The process behind a file, with a reference. -EBADF: it is no pidfd; -ESRCH. */
int pidfd_process(const struct file *file, struct process **out);

/* The process has ended; it has been waited for. Under the tree lock. */
void pidfd_process_ended(struct process *process);
void pidfd_process_gone(struct process *process);

#endif
