/*
 * The generators of 48 bits, x' = a x + c, as POSIX has it to the bit. The functions without a
 * state of the caller's share one; a lock keeps each step whole.
 */
#include <stdint.h>
#include <stdlib.h>

#include "libc/thread/lock.h"

#define DEFAULT_A 0x5deece66dUL
#define DEFAULT_C 0xb
#define MASK ((1UL << 48) - 1)
/* What the low 16 bits are after a seed of 32. */
#define SEED_LOW 0x330e

static uint64_t own_x;
static uint64_t a = DEFAULT_A;
static uint64_t c = DEFAULT_C;
static struct limen_lock generator_lock;

static uint64_t load(const unsigned short words[3])
{
    return words[0] | (uint64_t)words[1] << 16 | (uint64_t)words[2] << 32;
}

static void store(unsigned short words[3], uint64_t x)
{
    for (int i = 0; i < 3; i++)
        words[i] = (unsigned short)(x >> 16 * i);
}

/* The next number of a caller's state, or without one of our own. */
static uint64_t next(unsigned short words[3])
{
    uint64_t x;

    __lock(&generator_lock);
    x = (a * (words ? load(words) : own_x) + c) & MASK;
    if (words)
        store(words, x);
    else
        own_x = x;
    __unlock(&generator_lock);
    return x;
}

static double fraction(uint64_t x)
{
    return (double)x * 0x1p-48;
}

double drand48(void)
{
    return fraction(next(NULL));
}

double erand48(unsigned short state[3])
{
    return fraction(next(state));
}

long lrand48(void)
{
    return (long)(next(NULL) >> 17);
}

long nrand48(unsigned short state[3])
{
    return (long)(next(state) >> 17);
}

long mrand48(void)
{
    return (int32_t)(next(NULL) >> 16);
}

long jrand48(unsigned short state[3])
{
    return (int32_t)(next(state) >> 16);
}

/* A new state; also what a and c are goes back. */
static void seed(uint64_t x)
{
    __lock(&generator_lock);
    own_x = x;
    a = DEFAULT_A;
    c = DEFAULT_C;
    __unlock(&generator_lock);
}

void srand48(long value)
{
    seed((uint64_t)(uint32_t)value << 16 | SEED_LOW);
}

unsigned short *seed48(unsigned short state[3])
{
    static unsigned short old[3];

    store(old, own_x);
    seed(load(state));
    return old;
}

void lcong48(unsigned short parameters[7])
{
    seed(load(parameters));
    __lock(&generator_lock);
    a = load(parameters + 3);
    c = parameters[6];
    __unlock(&generator_lock);
}
