/*
 * Pipes and FIFOs (pipe(7), fifo(7)).
 */
#ifndef LIMEN_IPC_PIPE_H
#define LIMEN_IPC_PIPE_H

#include "kernel/vfs/file.h"

/* pipe2(2): the two ends, files[0] for reading. flags: O_NONBLOCK. -ENOMEM. */
int pipe_create(unsigned flags, struct file *files[2]);

/* True for an end of a pipe or an opened FIFO. */
bool file_is_pipe(const struct file *file);

/* F_GETPIPE_SZ: bytes it holds. F_SETPIPE_SZ: the capacity after it, -EINVAL, -EPERM (more than
 * PIPE_SIZE_MAX, or than its user may have in all pipes; not root), -EBUSY (it holds more now),
 * -ENOMEM. */
#define PIPE_SIZE_MAX (1ul << 20)
long pipe_get_size(struct file *file);
long pipe_set_size(struct file *file, unsigned long size);

#endif
