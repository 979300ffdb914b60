/*
 * Bitmaps over arrays of unsigned long; bit i is bit i % BITS_PER_WORD of word i / BITS_PER_WORD.
 * Not atomic: the bitmap belongs to a lock of the caller's. `bits` is the bitmap's length in bits;
 * bits of the last word beyond it are neither read as results nor changed.
 */
#ifndef LIMEN_LIB_BITMAP_H
#define LIMEN_LIB_BITMAP_H

#include <stdbool.h>
#include <stddef.h>

#define BITS_PER_WORD (8 * sizeof(unsigned long))

/* Words that hold `bits` bits: unsigned long map[BITMAP_WORDS(100)]; */
#define BITMAP_WORDS(bits) (((bits) + BITS_PER_WORD - 1) / BITS_PER_WORD)

static inline void bitmap_set(unsigned long *map, size_t bit)
{
    map[bit / BITS_PER_WORD] |= 1UL << (bit % BITS_PER_WORD);
}

static inline void bitmap_clear(unsigned long *map, size_t bit)
{
    map[bit / BITS_PER_WORD] &= ~(1UL << (bit % BITS_PER_WORD));
}

static inline bool bitmap_test(const unsigned long *map, size_t bit)
{
    return map[bit / BITS_PER_WORD] >> (bit % BITS_PER_WORD) & 1;
}

/* Set or clear the bits from .. from + count - 1; count may be 0. */
void bitmap_set_range(unsigned long *map, size_t from, size_t count);
void bitmap_clear_range(unsigned long *map, size_t from, size_t count);

/* Index of the first set (clear) bit at or after `from`; `bits` when there is none. */
size_t bitmap_find_set(const unsigned long *map, size_t bits, size_t from);
size_t bitmap_find_zero(const unsigned long *map, size_t bits, size_t from);

/* First index at or after `from` where `count` (>= 1) clear bits begin; `bits` if there is none. */
size_t bitmap_find_zero_run(const unsigned long *map, size_t bits, size_t from, size_t count);

/* Number of set bits. */
size_t bitmap_count(const unsigned long *map, size_t bits);

#endif
