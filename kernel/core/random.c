/*
 * The kernel's random numbers. One generator for all, under a leaf lock; getrandom(2), /dev/random
 * and AT_RANDOM draw from it.
 *
 * It is seeded at its first use: by the CPU's generator where there is one, by the time of day and
 * by how long things took so far. Each request stirs in its own time, which an attacker would have
 * to know to the cycle.
 */
#include "kernel/core/random.h"

#include "arch/api/cpu.h"
#include "kernel/core/clock.h"
#include "kernel/core/spinlock.h"
#include "kernel/lib/chacha.h"

#define SEED_WORDS 8u /* of the CPU's generator: 512 bits */
#define FILL_MAX 256u /* bytes made under one hold of the lock */

static struct spinlock random_lock = SPINLOCK_INIT(RANK_LEAF);
static struct chacha_random random_state; /* under random_lock */
static bool random_seeded;                /* under random_lock */

static void random_seed(void)
{
    uint64_t seed[SEED_WORDS + 2];

    for (unsigned i = 0; i < SEED_WORDS; i++)
        if (!cpu_random(&seed[i]))
            seed[i] = cpu_clock_ns();
    seed[SEED_WORDS] = clock_realtime_ns();
    seed[SEED_WORDS + 1] = (uintptr_t)seed;
    chacha_random_mix(&random_state, seed, sizeof(seed));
    random_seeded = true;
}

void random_mix(const void *data, size_t size)
{
    unsigned long flags = spin_lock_irqsave(&random_lock);

    chacha_random_mix(&random_state, data, size);
    spin_unlock_irqrestore(&random_lock, flags);
}

void random_bytes(void *to, size_t size)
{
    uint8_t *bytes = to;

    while (size > 0) {
        size_t piece = size < FILL_MAX ? size : FILL_MAX;
        unsigned long flags = spin_lock_irqsave(&random_lock);

        if (!random_seeded)
            random_seed();
        chacha_random_fill(&random_state, cpu_clock_ns(), bytes, piece);
        spin_unlock_irqrestore(&random_lock, flags);
        bytes += piece;
        size -= piece;
    }
}
