/*
 * Sources and destinations of bytes: see iter.h. An iter belongs to one thread; no locking.
 */
#include "kernel/mm/iter.h"

#include "kernel/abi/errno.h"
#include "kernel/abi/limits.h"
#include "kernel/lib/string.h"
#include "kernel/mm/uaccess.h"

void iter_kernel(struct iter *iter, void *buffer, size_t size)
{
    *iter = (struct iter){.at = buffer, .piece_left = size, .count = size};
}

int iter_user(struct iter *iter, void __user *buffer, size_t size)
{
    if (!user_range_ok(buffer, size))
        return -EFAULT;
    *iter = (struct iter){.is_user = true,
                          .at = buffer,
                          .piece_left = size,
                          .count = min_t(size_t, size, RW_COUNT_MAX)};
    return 0;
}

int iter_user_vector(struct iter *iter, const struct iovec *pieces, size_t count)
{
    size_t total = 0;

    for (size_t i = 0; i < count; i++)
        if ((ssize_t)pieces[i].iov_len < 0)
            return -EINVAL;
    for (size_t i = 0; i < count; i++) {
        if (!user_range_ok(pieces[i].iov_base, pieces[i].iov_len))
            return -EFAULT;
        total = min_t(size_t, total + pieces[i].iov_len, RW_COUNT_MAX);
    }
    *iter = (struct iter){.is_user = true, .next = pieces, .count = total};
    return 0;
}

/* Bytes that can be moved in one go, at most `size`; 0 at the end of the iter. */
static size_t iter_piece(struct iter *iter, size_t size)
{
    size = min(size, iter->count);
    if (size == 0)
        return 0;
    if (iter->is_user)
        user_access_assert();
    while (iter->piece_left == 0) {
        iter->at = iter->next->iov_base;
        iter->piece_left = iter->next->iov_len;
        iter->next++;
    }
    return min(size, iter->piece_left);
}

static void iter_advance(struct iter *iter, size_t size)
{
    iter->at += size;
    iter->piece_left -= size;
    iter->count -= size;
}

size_t iter_copy_to(struct iter *iter, const void *from, size_t size)
{
    size_t done = 0, piece, left = 0;

    while (left == 0 && (piece = iter_piece(iter, size - done)) != 0) {
        if (iter->is_user)
            left = arch_copy_to_user(iter->at, (const char *)from + done, piece);
        else
            memcpy(iter->at, (const char *)from + done, piece);
        iter_advance(iter, piece - left);
        done += piece - left;
    }
    return done;
}

size_t iter_copy_from(struct iter *iter, void *to, size_t size)
{
    size_t done = 0, piece, left = 0;

    while (left == 0 && (piece = iter_piece(iter, size - done)) != 0) {
        if (iter->is_user)
            left = arch_copy_from_user((char *)to + done, iter->at, piece);
        else
            memcpy((char *)to + done, iter->at, piece);
        iter_advance(iter, piece - left);
        done += piece - left;
    }
    return done;
}

size_t iter_zero(struct iter *iter, size_t size)
{
    size_t done = 0, piece, left = 0;

    while (left == 0 && (piece = iter_piece(iter, size - done)) != 0) {
        if (iter->is_user)
            left = arch_clear_user(iter->at, piece);
        else
            memset(iter->at, 0, piece);
        iter_advance(iter, piece - left);
        done += piece - left;
    }
    return done;
}

void iter_skip(struct iter *iter, size_t size)
{
    size_t piece;

    while ((piece = iter_piece(iter, size)) != 0) {
        iter_advance(iter, piece);
        size -= piece;
    }
}
