/* Bitmaps; see bitmap.h. Ranges and searches go a word at a time. */
#include "kernel/lib/bitmap.h"

#include "kernel/lib/compiler.h"

/* The bits from `first` to the word's end, and those below `end` (1 .. BITS_PER_WORD). */
static unsigned long bits_from(size_t first)
{
    return ~0UL << first;
}

static unsigned long bits_below(size_t end)
{
    return ~0UL >> (BITS_PER_WORD - end);
}

/* The bits of the word that holds bit `from` which lie in from .. end - 1. */
static unsigned long word_mask(size_t from, size_t end)
{
    size_t first = from % BITS_PER_WORD;

    return bits_from(first) & bits_below(min(end - from, BITS_PER_WORD - first) + first);
}

/* The first bit of the word after the one that holds bit `from`. */
static size_t next_word(size_t from)
{
    return round_down(from, BITS_PER_WORD) + BITS_PER_WORD;
}

void bitmap_set_range(unsigned long *map, size_t from, size_t count)
{
    for (size_t end = from + count; from < end; from = next_word(from))
        map[from / BITS_PER_WORD] |= word_mask(from, end);
}

void bitmap_clear_range(unsigned long *map, size_t from, size_t count)
{
    for (size_t end = from + count; from < end; from = next_word(from))
        map[from / BITS_PER_WORD] &= ~word_mask(from, end);
}

/* First bit at or after `from` that is set in the map with all words XORed with `flip`. */
static size_t find(const unsigned long *map, size_t bits, size_t from, unsigned long flip)
{
    while (from < bits) {
        unsigned long word = (map[from / BITS_PER_WORD] ^ flip) & word_mask(from, bits);

        if (word)
            return round_down(from, BITS_PER_WORD) + (size_t)__builtin_ctzl(word);
        from = next_word(from);
    }
    return bits;
}

size_t bitmap_find_set(const unsigned long *map, size_t bits, size_t from)
{
    return find(map, bits, from, 0);
}

size_t bitmap_find_zero(const unsigned long *map, size_t bits, size_t from)
{
    return find(map, bits, from, ~0UL);
}

size_t bitmap_find_zero_run(const unsigned long *map, size_t bits, size_t from, size_t count)
{
    for (;;) {
        size_t start = bitmap_find_zero(map, bits, from);

        if (bits - start < count)
            return bits;
        from = bitmap_find_set(map, start + count, start);
        if (from == start + count)
            return start;
    }
}

size_t bitmap_count(const unsigned long *map, size_t bits)
{
    size_t count = 0;

    for (size_t from = 0; from < bits; from = next_word(from))
        count += (size_t)__builtin_popcountl(map[from / BITS_PER_WORD] & word_mask(from, bits));
    return count;
}
