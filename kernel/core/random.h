/*
 * Random bytes that nobody can predict: ChaCha20 with fast key erasure (kernel/lib/chacha.h),
 * seeded by the CPU's generator and by clocks, stirred by whoever sees something unpredictable.
 */
#ifndef LIMEN_CORE_RANDOM_H
#define LIMEN_CORE_RANDOM_H

#include "kernel/lib/types.h"

/* Fills to[size]. From any context. */
void random_bytes(void *to, size_t size);

/* Stirs something in: it needn't be secret, it makes nothing worse. From any context. */
void random_mix(const void *data, size_t size);

#endif
