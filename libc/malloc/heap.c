/* The heap's blocks and bins. The picture is in heap.h. */
#include "libc/malloc/heap.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE_BYTES 4096UL
#define REGION_BYTES (64UL * 1024)

/* Bins of one size each below 1024 bytes, then one for each power of two. */
#define EXACT_BINS 64
#define BINS 128

struct limen_lock __heap_lock;

static struct block *bins[BINS];
static uint64_t bins_filled[BINS / 64];

/* The fence of the region that sbrk extends. */
static struct block *top_fence;

static unsigned int bin_of(size_t size)
{
    if (size < EXACT_BINS * BLOCK_ALIGN)
        return (unsigned int)(size / BLOCK_ALIGN);
    return EXACT_BINS + (unsigned int)(63 - __builtin_clzl(size)) - 10;
}

static void bin_add(struct block *block)
{
    unsigned int bin = bin_of(block_size(block));

    block->size |= BLOCK_FREE;
    block->previous = NULL;
    block->next = bins[bin];
    if (block->next)
        block->next->previous = block;
    bins[bin] = block;
    bins_filled[bin / 64] |= 1UL << (bin % 64);
}

static void bin_remove(struct block *block)
{
    unsigned int bin = bin_of(block_size(block));

    block->size &= ~BLOCK_FREE;
    if (block->next)
        block->next->previous = block->previous;
    if (block->previous)
        block->previous->next = block->next;
    else
        bins[bin] = block->next;
    if (!bins[bin])
        bins_filled[bin / 64] &= ~(1UL << (bin % 64));
}

/* The first bin from `bin` on that has blocks; BINS if none. */
static unsigned int bin_next(unsigned int bin)
{
    for (; bin < BINS; bin = (bin / 64 + 1) * 64) {
        uint64_t filled = bins_filled[bin / 64] >> (bin % 64);

        if (filled)
            return bin + (unsigned int)__builtin_ctzl(filled);
    }
    return BINS;
}

static struct block *bins_find(size_t size)
{
    for (unsigned int bin = bin_next(bin_of(size)); bin < BINS; bin = bin_next(bin + 1)) {
        for (struct block *block = bins[bin]; block; block = block->next) {
            if (block_size(block) >= size)
                return block;
        }
    }
    return NULL;
}

static void block_set_size(struct block *block, size_t size)
{
    block->size = size | (block->size & BLOCK_FLAGS);
    block_above(block)->below = size;
}

/* Joins a block, used as yet, with free neighbours, and puts it into its bin. */
static void block_free(struct block *block)
{
    struct block *above = block_above(block);

    if (above->size & BLOCK_FREE) {
        bin_remove(above);
        block_set_size(block, block_size(block) + block_size(above));
    }
    if (block->below) {
        struct block *lower = (struct block *)((char *)block - block->below);

        if (lower->size & BLOCK_FREE) {
            bin_remove(lower);
            block_set_size(lower, block_size(lower) + block_size(block));
            block = lower;
        }
    }
    bin_add(block);
}

/* Memory for the heap, from the break, or from elsewhere if something stands in its way. */
static char *region_get(size_t bytes)
{
    void *region = sbrk((intptr_t)bytes);

    if (region != (void *)-1)
        return region;
    region = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return region == MAP_FAILED ? NULL : region;
}

/* Makes [start, start + bytes) one free block with a fence, or longer the block before it. */
static void region_add(char *start, size_t bytes)
{
    struct block *block = (struct block *)start;

    if (top_fence && start == (char *)top_fence + BLOCK_HEADER) {
        block = top_fence;
        bytes += BLOCK_HEADER;
    } else {
        block->below = 0;
    }
    block->size = bytes - BLOCK_HEADER;
    top_fence = block_above(block);
    top_fence->below = block_size(block);
    top_fence->size = 0;
    block_free(block);
}

static bool heap_grow(size_t size)
{
    /* Twice a header: the first region may begin unaligned, and has a fence. */
    size_t bytes = (size + 2 * BLOCK_HEADER + REGION_BYTES - 1) & ~(REGION_BYTES - 1);
    char *start = region_get(bytes);
    size_t skip;

    if (!start) {
        errno = ENOMEM;
        return false;
    }
    skip = -(uintptr_t)start % BLOCK_ALIGN;
    region_add(start + skip, (bytes - skip) & ~(BLOCK_ALIGN - 1));
    return true;
}

size_t __block_size_for(size_t bytes)
{
    size_t size;

    if (bytes > BLOCK_MOST_BYTES) {
        errno = ENOMEM;
        return 0;
    }
    size = (bytes + BLOCK_HEADER + BLOCK_ALIGN - 1) & ~(BLOCK_ALIGN - 1);
    return size < BLOCK_LEAST ? BLOCK_LEAST : size;
}

struct block *__block_get(size_t size)
{
    struct block *block = bins_find(size);

    if (!block) {
        if (!heap_grow(size))
            return NULL;
        block = bins_find(size);
    }
    bin_remove(block);
    __block_shrink(block, size);
    return block;
}

struct block *__block_map(size_t size, size_t alignment)
{
    size_t bytes = (size + alignment + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
    char *start = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct block *block;

    if (start == MAP_FAILED)
        return NULL;
    block = block_of((char *)(((uintptr_t)start + BLOCK_HEADER + alignment - 1) & -alignment));
    block->below = (size_t)((char *)block - start);
    block->size = (bytes - block->below) | BLOCK_MAPPED;
    return block;
}

struct block *__block_alloc(size_t bytes)
{
    size_t size = __block_size_for(bytes);

    if (size == 0)
        return NULL;
    return size < BLOCK_MAPPED_BYTES ? __block_get(size) : __block_map(size, BLOCK_ALIGN);
}

void __block_put(struct block *block)
{
    static const char message[] = "free(): not an allocated block\n";

    if ((block->size & BLOCK_FREE) || block_size(block) < BLOCK_LEAST) {
        if (write(STDERR_FILENO, message, sizeof(message) - 1) < 0)
            abort();
        abort();
    }
    if (block->size & BLOCK_MAPPED)
        munmap((char *)block - block->below, block->below + block_size(block));
    else
        block_free(block);
}

void __block_shrink(struct block *block, size_t size)
{
    size_t rest = block_size(block) - size;

    if ((block->size & BLOCK_MAPPED) || rest < BLOCK_LEAST)
        return;
    block_set_size(block, size);
    block_above(block)->size = rest;
    block_above(block_above(block))->below = rest;
    block_free(block_above(block));
}

bool __block_extend(struct block *block, size_t size)
{
    struct block *above = block_above(block);

    if ((block->size & BLOCK_MAPPED) || !(above->size & BLOCK_FREE) ||
        block_size(block) + block_size(above) < size)
        return false;
    bin_remove(above);
    block_set_size(block, block_size(block) + block_size(above));
    __block_shrink(block, size);
    return true;
}
