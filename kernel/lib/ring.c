/* Ring buffer of bytes; see ring.h. */
#include "kernel/lib/ring.h"

#include "kernel/lib/compiler.h"
#include "kernel/lib/string.h"

void ring_init(struct ring *ring, void *bytes, size_t size)
{
    ring->bytes = bytes;
    ring->size = size;
    ring->head = 0;
    ring->tail = 0;
}

size_t ring_write(struct ring *ring, const void *from, size_t count)
{
    size_t start = ring->tail & (ring->size - 1);
    size_t first;

    count = min(count, ring_space(ring));
    first = min(count, ring->size - start);
    memcpy(ring->bytes + start, from, first);
    memcpy(ring->bytes, (const uint8_t *)from + first, count - first);
    ring->tail += count;
    return count;
}

size_t ring_peek(const struct ring *ring, void *to, size_t count)
{
    size_t start = ring->head & (ring->size - 1);
    size_t first;

    count = min(count, ring_used(ring));
    first = min(count, ring->size - start);
    memcpy(to, ring->bytes + start, first);
    memcpy((uint8_t *)to + first, ring->bytes, count - first);
    return count;
}

size_t ring_skip(struct ring *ring, size_t count)
{
    count = min(count, ring_used(ring));
    ring->head += count;
    return count;
}

size_t ring_read(struct ring *ring, void *to, size_t count)
{
    return ring_skip(ring, ring_peek(ring, to, count));
}
