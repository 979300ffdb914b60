/* ChaCha20 (RFC 8439, section 2) and the random generator on it; see chacha.h. */
#include "kernel/lib/chacha.h"

#include "kernel/lib/compiler.h"
#include "kernel/lib/string.h"

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "RFC 8439 words are little endian");

static uint32_t rotate_left(uint32_t word, unsigned bits)
{
    return word << bits | word >> (32 - bits);
}

/* RFC 8439, 2.1. */
static void quarter_round(uint32_t *a, uint32_t *b, uint32_t *c, uint32_t *d)
{
    *a += *b;
    *d = rotate_left(*d ^ *a, 16);
    *c += *d;
    *b = rotate_left(*b ^ *c, 12);
    *a += *b;
    *d = rotate_left(*d ^ *a, 8);
    *c += *d;
    *b = rotate_left(*b ^ *c, 7);
}

/* A column round and a diagonal round. */
static void double_round(uint32_t word[16])
{
    for (unsigned i = 0; i < 4; i++)
        quarter_round(&word[i], &word[4 + i], &word[8 + i], &word[12 + i]);
    for (unsigned i = 0; i < 4; i++) {
        quarter_round(&word[i], &word[4 + (i + 1) % 4], &word[8 + (i + 2) % 4],
                      &word[12 + (i + 3) % 4]);
    }
}

/* Clears secrets so that the compiler can't drop the stores as dead. */
static void wipe(void *memory, size_t size)
{
    memset(memory, 0, size);
    __asm__ volatile("" : : "r"(memory) : "memory");
}

void chacha20_block(const uint32_t key[8], uint32_t counter, const uint32_t nonce[3],
                    uint8_t block[CHACHA_BLOCK_SIZE])
{
    static const char constant[] = "expand 32-byte k";
    uint32_t start[16], word[16];

    memcpy(&start[0], constant, 16);
    memcpy(&start[4], key, CHACHA_KEY_SIZE);
    start[12] = counter;
    memcpy(&start[13], nonce, 12);
    memcpy(word, start, sizeof(word));
    for (unsigned i = 0; i < 10; i++)
        double_round(word);
    for (unsigned i = 0; i < 16; i++)
        word[i] += start[i];
    memcpy(block, word, CHACHA_BLOCK_SIZE);
    wipe(start, sizeof(start));
    wipe(word, sizeof(word));
}

/* Block `number` of the stream under `key`; the number's upper half goes into the nonce, as does
 * what makes this stream another one than that of the same key at another time. */
static void stream_block(const uint32_t key[8], uint64_t time, uint64_t number,
                         uint8_t block[CHACHA_BLOCK_SIZE])
{
    uint32_t nonce[3] = {(uint32_t)(number >> 32), (uint32_t)time, (uint32_t)(time >> 32)};

    chacha20_block(key, (uint32_t)number, nonce, block);
}

/* Each piece is XORed into the key, which then goes through the block function. */
void chacha_random_mix(struct chacha_random *random, const void *entropy, size_t size)
{
    const uint8_t *bytes = entropy;
    uint8_t block[CHACHA_BLOCK_SIZE];
    uint8_t key[CHACHA_KEY_SIZE];

    while (size) {
        size_t piece = min_t(size_t, size, CHACHA_KEY_SIZE);

        memcpy(key, random->key, CHACHA_KEY_SIZE);
        for (size_t i = 0; i < piece; i++)
            key[i] ^= bytes[i];
        memcpy(random->key, key, CHACHA_KEY_SIZE);
        stream_block(random->key, 0, 0, block);
        memcpy(random->key, block, CHACHA_KEY_SIZE);
        bytes += piece;
        size -= piece;
    }
    wipe(block, sizeof(block));
    wipe(key, sizeof(key));
}

/* The first half of block 0 is the next key; the stream begins with its second half. */
void chacha_random_fill(struct chacha_random *random, uint64_t time, void *to, size_t size)
{
    uint8_t *bytes = to;
    uint8_t block[CHACHA_BLOCK_SIZE];
    uint32_t key[8];
    size_t used = CHACHA_KEY_SIZE;

    memcpy(key, random->key, CHACHA_KEY_SIZE);
    stream_block(key, time, 0, block);
    memcpy(random->key, block, CHACHA_KEY_SIZE);
    for (uint64_t number = 1;; number++) {
        size_t piece = min(size, CHACHA_BLOCK_SIZE - used);

        memcpy(bytes, block + used, piece);
        bytes += piece;
        size -= piece;
        if (!size)
            break;
        stream_block(key, time, number, block);
        used = 0;
    }
    wipe(block, sizeof(block));
    wipe(key, sizeof(key));
}
