/*
 * splice(2), tee(2), vmsplice(2). What they do is kernel/ipc's.
 */
#include "gen/syscalls.h"
#include "kernel/abi/errno.h"
#include "kernel/abi/splice.h"
#include "kernel/ipc/pipe.h"
#include "kernel/ipc/splice.h"
#include "kernel/mm/iter.h"
#include "kernel/mm/uaccess.h"
#include "kernel/syscall/sys_vector.h"
#include "kernel/vfs/files.h"

#define SPLICE_FLAGS (SPLICE_F_MOVE | SPLICE_F_NONBLOCK | SPLICE_F_MORE | SPLICE_F_GIFT)

/* Two open files, and how to move bytes between them. */
struct splice {
    struct file *in, *out;
    size_t size;
    bool is_nonblocking;
};

/* 0 or -EBADF; splice_end gives back what was got. */
static int splice_begin(struct splice *splice, int in_fd, int out_fd)
{
    splice->in = fd_get((unsigned)in_fd);
    splice->out = fd_get((unsigned)out_fd);
    if (!splice->in || !splice->out)
        return -EBADF;
    return (splice->in->mode & FMODE_READ) && (splice->out->mode & FMODE_WRITE) ? 0 : -EBADF;
}

static void splice_end(const struct splice *splice)
{
    if (splice->in)
        file_put(splice->in);
    if (splice->out)
        file_put(splice->out);
}

static ssize_t splice_between(const struct splice *splice)
{
    bool is_nonblocking = splice->is_nonblocking || file_is_nonblocking(splice->in) ||
                          file_is_nonblocking(splice->out);

    if (splice_is_circle(splice->in, splice->out))
        return -EINVAL;
    return splice_pipes(splice->in, splice->out, splice->size, is_nonblocking);
}

/* Between a pipe and a file, at an offset of the caller's if there is one. */
static ssize_t splice_with_file(const struct splice *splice, off_t __user *offset)
{
    bool to_file = file_is_pipe(splice->in);
    struct file *file = to_file ? splice->out : splice->in;
    struct file *pipe = to_file ? splice->in : splice->out;
    bool is_nonblocking = splice->is_nonblocking || file_is_nonblocking(pipe);
    loff_t pos = 0, *at = offset ? &pos : NULL;
    ssize_t done;

    if (offset && !(file->mode & FMODE_POSITION))
        return -EINVAL;
    if (offset && copy_from_user(&pos, offset, sizeof(pos)) != 0)
        return -EFAULT;
    if (pos < 0 || (to_file && (file_flags(file) & O_APPEND)))
        return -EINVAL;
    if (to_file)
        done = splice_to_file(pipe, file, at, splice->size, is_nonblocking);
    else
        done = splice_from_file(file, at, pipe, splice->size, is_nonblocking);
    if (offset && done > 0 && put_user(pos, offset) != 0)
        return -EFAULT;
    return done;
}

static ssize_t splice_run(const struct splice *splice, off_t __user *in_offset,
                          off_t __user *out_offset)
{
    bool in_is_pipe = file_is_pipe(splice->in), out_is_pipe = file_is_pipe(splice->out);

    if ((in_is_pipe && in_offset) || (out_is_pipe && out_offset))
        return -ESPIPE;
    if (in_is_pipe && out_is_pipe)
        return splice_between(splice);
    if (!in_is_pipe && !out_is_pipe)
        return -EINVAL;
    return splice_with_file(splice, in_is_pipe ? out_offset : in_offset);
}

/* Moves bytes from one open file to another, one of which is a pipe. */
long sys_splice(int in_fd, off_t __user *in_offset, int out_fd, off_t __user *out_offset,
                size_t size, unsigned int flags)
{
    struct splice splice = {.size = min_t(size_t, size, RW_COUNT_MAX),
                            .is_nonblocking = (flags & SPLICE_F_NONBLOCK) != 0};
    ssize_t result;

    if (size == 0)
        return 0;
    if (flags & ~SPLICE_FLAGS)
        return -EINVAL;
    result = splice_begin(&splice, in_fd, out_fd);
    if (result == 0)
        result = splice_run(&splice, in_offset, out_offset);
    splice_end(&splice);
    return result;
}

/* Copies what is in a pipe to another, and leaves it there. */
long sys_tee(int in_fd, int out_fd, size_t size, unsigned int flags)
{
    struct splice splice = {.size = min_t(size_t, size, RW_COUNT_MAX)};
    ssize_t result;

    if (flags & ~SPLICE_FLAGS)
        return -EINVAL;
    if (size == 0)
        return 0;
    result = splice_begin(&splice, in_fd, out_fd);
    if (result == 0 && (!file_is_pipe(splice.in) || !file_is_pipe(splice.out) ||
                        splice_is_circle(splice.in, splice.out)))
        result = -EINVAL;
    if (result == 0)
        result = splice_tee(splice.in, splice.out, splice.size,
                            (flags & SPLICE_F_NONBLOCK) || file_is_nonblocking(splice.in) ||
                                file_is_nonblocking(splice.out));
    splice_end(&splice);
    return result;
}

/* Between user memory and a pipe: what has room now, if there is any. */
static ssize_t vmsplice_pieces(struct file *file, struct iter *iter, bool is_nonblocking)
{
    ssize_t result;

    if (file->mode & FMODE_READ) {
        iter->flags = is_nonblocking ? RWF_NOWAIT : 0;
        return file_read(file, iter);
    }
    iter->flags = RWF_NOWAIT;
    do {
        result = splice_await_room(file, is_nonblocking || file_is_nonblocking(file));
        if (result == 0)
            result = file_write(file, iter);
        else
            break;
    } while (result == -EAGAIN && !is_nonblocking && !file_is_nonblocking(file));
    return result;
}

/* Puts user memory into a pipe, or what is in one into user memory. Both are copied. */
long sys_vmsplice(int fd, const struct iovec __user *iov, unsigned long count, unsigned int flags)
{
    struct vector vector;
    struct file *file;
    struct iter iter;
    ssize_t result = -EBADF;

    if (flags & ~SPLICE_FLAGS)
        return -EINVAL;
    file = fd_get((unsigned)fd);
    if (!file)
        return -EBADF;
    if (!file_is_pipe(file))
        goto put_file;
    result = vector_get(&vector, iov, count);
    if (result == 0)
        result = iter_user_vector(&iter, vector.pieces, count);
    if (result == 0 && iter_count(&iter) != 0)
        result = vmsplice_pieces(file, &iter, (flags & SPLICE_F_NONBLOCK) != 0);
    vector_put(&vector);
put_file:
    file_put(file);
    return result;
}
