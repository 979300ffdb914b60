/*
 * A struct iter is where the bytes of a read go, or where those of a write come from: pieces of
 * user memory, or a kernel buffer. Operations on files take one and don't know which.
 *
 * The rules of uaccess.h hold for all that copies, of whichever kind the iter is. Only the kernel
 * itself makes kernel iters; ranges of user iters are checked when they are made.
 */
#ifndef LIMEN_MM_ITER_H
#define LIMEN_MM_ITER_H

#include "kernel/abi/uio.h"
#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

struct iter {
    bool is_user;
    char *at;                 /* next byte of the piece at hand; a user pointer if is_user */
    size_t piece_left;        /* bytes of it */
    const struct iovec *next; /* pieces after it */
    size_t count;             /* bytes left in all */
    unsigned flags;           /* RWF_*, of this transfer only: preadv2(2) */
};

/* A kernel buffer. */
void iter_kernel(struct iter *iter, void *buffer, size_t size);

/* One user buffer: -EFAULT if it isn't all below USER_END. Cut to RW_COUNT_MAX, as read(2) is. */
int iter_user(struct iter *iter, void __user *buffer, size_t size);

/* What readv(2) gives: `count` pieces, in kernel memory that outlives the iter. -EINVAL if a length
 * is negative as ssize_t, -EFAULT as above. The sum is cut to RW_COUNT_MAX. */
int iter_user_vector(struct iter *iter, const struct iovec *pieces, size_t count);

/* Bytes left. */
static inline size_t iter_count(const struct iter *iter)
{
    return iter->count;
}

/* Makes the iter end after at most `size` more bytes. */
static inline void iter_truncate(struct iter *iter, size_t size)
{
    if (iter->count > size)
        iter->count = size;
}

/*
 * Move up to `size` bytes and advance: from a kernel buffer into the iter (read), from the iter
 * into a kernel buffer (write), zeros into the iter. Return how many; fewer than size when the iter
 * ended (iter_count is 0 then) or a user page could not be touched.
 */
size_t iter_copy_to(struct iter *iter, const void *from, size_t size);
size_t iter_copy_from(struct iter *iter, void *to, size_t size);
size_t iter_zero(struct iter *iter, size_t size);

/* Passes over bytes; as many as there are. */
void iter_skip(struct iter *iter, size_t size);

#endif
