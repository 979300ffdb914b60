/*
 * Ring buffer of bytes over memory of the caller's. One lock of the caller's guards both ends; for
 * tty queues, pipes within one page, logs.
 */
#ifndef LIMEN_LIB_RING_H
#define LIMEN_LIB_RING_H

#include <stddef.h>
#include <stdint.h>

struct ring {
    uint8_t *bytes;
    size_t size; /* a power of two */
    size_t head; /* bytes ever read; wraps, as does tail, which only their difference survives */
    size_t tail; /* bytes ever written */
};

/* `size` is a power of two: all of it can be filled. */
void ring_init(struct ring *ring, void *bytes, size_t size);

static inline size_t ring_used(const struct ring *ring)
{
    return ring->tail - ring->head;
}

static inline size_t ring_space(const struct ring *ring)
{
    return ring->size - ring_used(ring);
}

/* Write, read, or copy without removing, up to `count` bytes; return how many. */
size_t ring_write(struct ring *ring, const void *from, size_t count);
size_t ring_read(struct ring *ring, void *to, size_t count);
size_t ring_peek(const struct ring *ring, void *to, size_t count);

/* Drops up to `count` of the oldest bytes; returns how many. */
size_t ring_skip(struct ring *ring, size_t count);

#endif
