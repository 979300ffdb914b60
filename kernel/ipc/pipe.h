/*
 * Pipes and FIFOs (pipe(7), fifo(7)).
 */
#ifndef LIMEN_IPC_PIPE_H
#define LIMEN_IPC_PIPE_H

#include "kernel/vfs/file.h"

/* pipe2(2): the two ends, files[0] for reading. flags: O_NONBLOCK, O_DIRECT. -ENOMEM. */
int pipe_create(unsigned flags, struct file *files[2]);

/* True for an end of a pipe or an opened FIFO. */
bool file_is_pipe(const struct file *file);

/* F_GETPIPE_SZ: bytes it holds. F_SETPIPE_SZ: the capacity after it, -EINVAL, -EPERM (more than
 * pipe_size_max, or than its user may have in all pipes; not root), -EBUSY (it holds more now),
 * -ENOMEM. */
extern uint64_t pipe_size_max; /* fs.pipe-max-size; atomic */
long pipe_get_size(struct file *file);
long pipe_set_size(struct file *file, unsigned long size);

#endif
