/*
 * Writing to a device, piece by piece: bytes come from user memory into a buffer, and from there to
 * the device as it takes them.
 */
#ifndef LIMEN_DRIVERS_WRITE_PIECES_H
#define LIMEN_DRIVERS_WRITE_PIECES_H

#include "kernel/lib/types.h"

struct iter;

/* Hands all that the iter has to `put`, which may sleep: it returns how many bytes of a piece the
 * device took, and in *err (0 before) why not all. The result is how many were taken, or, if none,
 * that error, -EFAULT, or -ERESTARTSYS: only a thread that is to die ends between two pieces. */
ssize_t write_pieces(struct iter *from, void *device,
                     size_t (*put)(void *device, const uint8_t *bytes, size_t count, int *err));

#endif
