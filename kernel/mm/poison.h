/*
 * What debug builds fill free memory with, and find again when it is given out. Both go over every
 * word of it: eight at a time, and without UBSan's looks at each, else a debug kernel would spend a
 * third of its time here.
 */
#ifndef LIMEN_MM_POISON_H
#define LIMEN_MM_POISON_H

#include "kernel/lib/compiler.h"
#include "kernel/lib/types.h"

/* No canonical addresses: who follows a pointer in freed memory faults. */
#define POISON_PAGE 0xdead506167654c69ul
#define POISON_OBJECT 0xdbdbdbdbdbdbdbdbul

/* Is this pointer, or one to a field of what it should point to, from freed memory? */
static inline bool poison_is_near(uintptr_t address)
{
    return address >> 32 == POISON_PAGE >> 32 || address >> 32 == POISON_OBJECT >> 32;
}

static inline __not_sanitized void poison_fill(uint64_t *words, uint64_t poison, size_t count)
{
    size_t i = 0;

    for (; i + 8 <= count; i += 8) {
        words[i] = words[i + 1] = words[i + 2] = words[i + 3] = poison;
        words[i + 4] = words[i + 5] = words[i + 6] = words[i + 7] = poison;
    }
    for (; i < count; i++)
        words[i] = poison;
}

/* The index of the first word that is another; `count` if none is. */
static inline __not_sanitized size_t poison_check(const uint64_t *words, uint64_t poison,
                                                  size_t count)
{
    size_t i = 0;

    for (; i + 8 <= count; i += 8) {
        const uint64_t *w = words + i;

        if (unlikely((w[0] ^ poison) | (w[1] ^ poison) | (w[2] ^ poison) | (w[3] ^ poison) |
                     (w[4] ^ poison) | (w[5] ^ poison) | (w[6] ^ poison) | (w[7] ^ poison)))
            break;
    }
    while (i < count && words[i] == poison)
        i++;
    return i;
}

#endif
