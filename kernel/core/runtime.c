/*
 * What compilers call by themselves and a freestanding program must bring along (GCC internals,
 * "Library routines"). Memory functions are in kernel/lib/string.c.
 */
#include "kernel/lib/types.h"

int __popcountdi2(int64_t value);

/* Number of bits set: pairs, nibbles, bytes, then all bytes by one multiplication. */
int __popcountdi2(int64_t value)
{
    uint64_t v = (uint64_t)value;

    v -= v >> 1 & 0x5555555555555555ul;
    v = (v & 0x3333333333333333ul) + (v >> 2 & 0x3333333333333333ul);
    v = (v + (v >> 4)) & 0x0f0f0f0f0f0f0f0ful;
    return (int)(v * 0x0101010101010101ul >> 56);
}
