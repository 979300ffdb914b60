/*
 * The whole of the unit tests' harness. A test is a host program: functions of checks, each run by
 * UNIT_RUN from main, which ends with `return unit_result();`. A failed check prints where and what
 * and goes on; the program's status is then 1.
 *
 * unit_random gives the same numbers in every run: a failure repeats.
 */
#ifndef LIMEN_TESTS_UNIT_H
#define LIMEN_TESTS_UNIT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned unit_checks;
static unsigned unit_failures;
static uint64_t unit_seed = 1;

/* After so many lines nobody reads on. */
#define UNIT_FAILURES_PRINTED 20

#define UNIT_FAIL(...)                                 \
    do {                                               \
        if (unit_failures++ < UNIT_FAILURES_PRINTED) { \
            printf("%s:%d: ", __FILE__, __LINE__);     \
            printf(__VA_ARGS__);                       \
            printf("\n");                              \
        }                                              \
    } while (0)

#define CHECK(condition)                        \
    do {                                        \
        unit_checks++;                          \
        if (!(condition))                       \
            UNIT_FAIL("CHECK(%s)", #condition); \
    } while (0)

/* Compares two integers. */
#define CHECK_EQ(got, wanted)                                                          \
    do {                                                                               \
        long long got_ = (long long)(got), wanted_ = (long long)(wanted);              \
        unit_checks++;                                                                 \
        if (got_ != wanted_) {                                                         \
            UNIT_FAIL("%s is %lld (0x%llx), not %lld (0x%llx)", #got, got_,            \
                      (unsigned long long)got_, wanted_, (unsigned long long)wanted_); \
        }                                                                              \
    } while (0)

#define CHECK_STR(got, wanted)                                                            \
    do {                                                                                  \
        const char *got_ = (got), *wanted_ = (wanted);                                    \
        unit_checks++;                                                                    \
        if (!got_ || strcmp(got_, wanted_) != 0)                                          \
            UNIT_FAIL("%s is \"%s\", not \"%s\"", #got, got_ ? got_ : "(null)", wanted_); \
    } while (0)

#define CHECK_MEM(got, wanted, size)                        \
    do {                                                    \
        unit_checks++;                                      \
        if (memcmp(got, wanted, size) != 0)                 \
            UNIT_FAIL("%s differs from %s", #got, #wanted); \
    } while (0)

#define UNIT_RUN(function)                                                        \
    do {                                                                          \
        unsigned before_ = unit_failures;                                         \
        unit_seed = 1;                                                            \
        function();                                                               \
        printf("%s %s\n", unit_failures == before_ ? "ok  " : "FAIL", #function); \
    } while (0)

/* Marsaglia's xorshift64* (2003; Vigna 2016). */
static inline uint64_t unit_random(void)
{
    unit_seed ^= unit_seed >> 12;
    unit_seed ^= unit_seed << 25;
    unit_seed ^= unit_seed >> 27;
    return unit_seed * 0x2545f4914f6cdd1du;
}

/* 0 .. limit - 1 */
static inline size_t unit_below(size_t limit)
{
    return (size_t)(unit_random() >> 11) % limit;
}

/* A heap copy: reads beyond its end are found by ASan. Freed by the caller. */
static inline void *unit_copy(const void *bytes, size_t size)
{
    void *copy = malloc(size ? size : 1);

    if (!copy)
        abort();
    memcpy(copy, bytes, size);
    return copy;
}

/*
 * Damages bytes[0 .. *size - 1] for a fuzz loop: some bytes or 32-bit words get extreme or random
 * values, and sometimes the end is cut off.
 */
static inline void unit_mutate(uint8_t *bytes, size_t *size)
{
    static const uint32_t extreme[] = {0,    1,          7,          8,          0x7f,
                                       0xff, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff};
    size_t count = 1 + unit_below(4);

    while (count-- && *size >= 4) {
        size_t at = unit_below(*size - 3);
        uint32_t word = extreme[unit_below(sizeof(extreme) / sizeof(extreme[0]))];

        switch (unit_below(5)) {
        case 0:
            bytes[at] ^= (uint8_t)(1u << unit_below(8));
            break;
        case 1:
            bytes[at] = (uint8_t)unit_random();
            break;
        case 2:
            memcpy(bytes + at, &word, 4);
            break;
        case 3:
            memmove(bytes + at, bytes + unit_below(*size - 3), 4);
            break;
        default:
            if (unit_below(8) == 0)
                *size = unit_below(*size);
            break;
        }
    }
}

static inline int unit_result(void)
{
    printf("%u checks, %u failed\n", unit_checks, unit_failures);
    return unit_failures != 0;
}

#endif
