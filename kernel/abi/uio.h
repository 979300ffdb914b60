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

/* preadv2, pwritev2. */
#define RWF_HIPRI 0x01
#define RWF_DSYNC 0x02
#define RWF_SYNC 0x04
#define RWF_NOWAIT 0x08
#define RWF_APPEND 0x10

#endif
