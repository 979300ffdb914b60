/*
 * splice(2), tee(2): from one open file to another, one of which is a pipe.
 *
 * All return bytes, 0 at the input's end, or an error if nothing was moved: -EAGAIN (is_nonblocking
 * is about the pipes only), -EPIPE, -ERESTARTSYS, what the files say. What was taken out of a pipe
 * has been written; what doesn't get through stays in it.
 */
#ifndef LIMEN_IPC_SPLICE_H
#define LIMEN_IPC_SPLICE_H

#include "kernel/vfs/file.h"

/* From a pipe to a pipe, which are not the same; splice moves, tee copies. */
ssize_t splice_pipes(struct file *in, struct file *out, size_t size, bool is_nonblocking);
ssize_t splice_tee(struct file *in, struct file *out, size_t size, bool is_nonblocking);

/* Between a pipe and a file at *pos, which moves on; NULL: where the file stands. */
ssize_t splice_to_file(struct file *pipe, struct file *out, loff_t *pos, size_t size,
                       bool is_nonblocking);
ssize_t splice_from_file(struct file *in, loff_t *pos, struct file *pipe, size_t size,
                         bool is_nonblocking);

/* Waits until the pipe has room: 0, -EAGAIN, -EPIPE (with SIGPIPE), -ERESTARTSYS. */
int splice_await_room(struct file *out, bool is_nonblocking);

/* True if these are ends of one pipe. */
bool splice_is_circle(const struct file *in, const struct file *out);

#endif
