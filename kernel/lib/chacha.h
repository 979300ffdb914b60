/*
 * The ChaCha20 block function (RFC 8439, section 2.3) and a random generator built on it with fast
 * key erasure: each request uses the old key once, and puts a new one in its place before anything
 * is handed out, so that a later look at the state reveals nothing handed out before. Where the
 * entropy comes from, and the lock, are the caller's.
 */
#ifndef LIMEN_LIB_CHACHA_H
#define LIMEN_LIB_CHACHA_H

#include <stddef.h>
#include <stdint.h>

#define CHACHA_KEY_SIZE 32
#define CHACHA_BLOCK_SIZE 64

/* One 64-byte block of key stream. Words are the RFC's: little endian reads of key and nonce. */
void chacha20_block(const uint32_t key[8], uint32_t counter, const uint32_t nonce[3],
                    uint8_t block[CHACHA_BLOCK_SIZE]);

/* All zero before the first mix. Output is as unpredictable as what was mixed in. */
struct chacha_random {
    uint32_t key[8];
};

/* Stirs `size` bytes, secret or not, into the state; never makes it easier to predict. */
void chacha_random_mix(struct chacha_random *random, const void *entropy, size_t size);

/* Fills to[size] with random bytes. Any size: work is bounded by it alone. `time`: a number that an
 * onlooker doesn't know exactly; output and next state depend on it. */
void chacha_random_fill(struct chacha_random *random, uint64_t time, void *to, size_t size);

#endif
