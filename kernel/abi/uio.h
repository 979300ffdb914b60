/*
 * One piece of a scattered buffer.
 *
 * See `man 2 readv`.
 */
#ifndef LIMEN_ABI_UIO_H
#define LIMEN_ABI_UIO_H

struct iovec {
    void *iov_base;
    unsigned long iov_len;
};
_Static_assert(sizeof(struct iovec) == 16, "struct iovec");

#endif
