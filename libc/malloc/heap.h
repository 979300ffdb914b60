/*
 * The heap: blocks that lie one behind the other, each with its own size and that of the one below,
 * so that a freed block finds both neighbours and joins them if they are free.
 *
 *      | below | size, flags | room for the caller ... | below | size, flags | ...
 *
 * Free blocks hang in bins by size. A region (what sbrk or mmap gave) ends with a fence: a used
 * block of size 0. A large block has a mapping of its own and no neighbours; its `below` is how far
 * it begins into the mapping.
 *
 * __heap_lock guards all of it: who calls these functions has it.
 */
#ifndef LIMEN_LIBC_MALLOC_HEAP_H
#define LIMEN_LIBC_MALLOC_HEAP_H

#include <stdbool.h>
#include <stddef.h>

#include "libc/thread/lock.h"

#define BLOCK_ALIGN 16UL
/* From this size on a block is mapped. */
#define BLOCK_MAPPED_BYTES (128UL * 1024)
/* More is refused, and sums with it don't overflow. */
#define BLOCK_MOST_BYTES (1UL << 46)

#define BLOCK_FREE 1UL
#define BLOCK_MAPPED 2UL
#define BLOCK_FLAGS 15UL

struct block {
    size_t below; /* size of the block below, 0 for a region's first */
    size_t size;  /* with this header, a multiple of 16; and flags */
    /* Only in a free block; else the caller's room begins here. */
    struct block *next;
    struct block *previous;
};

#define BLOCK_HEADER offsetof(struct block, next)
#define BLOCK_LEAST sizeof(struct block)

static inline size_t block_size(const struct block *block)
{
    return block->size & ~BLOCK_FLAGS;
}

static inline struct block *block_above(struct block *block)
{
    return (struct block *)((char *)block + block_size(block));
}

static inline void *block_room(struct block *block)
{
    return (char *)block + BLOCK_HEADER;
}

static inline struct block *block_of(void *room)
{
    return (struct block *)((char *)room - BLOCK_HEADER);
}

extern struct limen_lock __heap_lock;

/* Size of the block that holds `bytes`; 0 and ENOMEM if there can't be such a block. */
size_t __block_size_for(size_t bytes);

/* A used block of the size; NULL and ENOMEM. */
struct block *__block_get(size_t size);
/* The same as a mapping, whose room is a multiple of the alignment. */
struct block *__block_map(size_t size, size_t alignment);

/* A used block with room for `bytes`, from the heap or mapped; NULL and ENOMEM. */
struct block *__block_alloc(size_t bytes);

/* Gives a used block back. */
void __block_put(struct block *block);

/* Cuts a used block to the size, if enough is left for another block. */
void __block_shrink(struct block *block, size_t size);

/* Extends a used block into a free one above it; false if there isn't enough. */
bool __block_extend(struct block *block, size_t size);

#endif
