/*
 * kernel/mm/poison.h: every word is filled, no other, and one that differs by one bit is found.
 */
#include "tests/unit/unit.h"

#include "kernel/mm/poison.h"

#define POISON 0xdead506167654c69ul
#define COUNT_MAX 27u

static uint64_t words[COUNT_MAX + 1];

static void test_fill(void)
{
    for (size_t count = 0; count <= COUNT_MAX; count++) {
        for (size_t i = 0; i <= COUNT_MAX; i++)
            words[i] = i;
        poison_fill(words, POISON, count);
        for (size_t i = 0; i <= COUNT_MAX; i++)
            CHECK_EQ(words[i], i < count ? POISON : i);
    }
}

static void test_check(void)
{
    for (size_t count = 0; count <= COUNT_MAX; count++) {
        poison_fill(words, POISON, COUNT_MAX);
        CHECK_EQ(poison_check(words, POISON, count), count);
        for (size_t i = 0; i < COUNT_MAX; i++) {
            words[i] ^= 1ul << (i * 7 % 64);
            CHECK_EQ(poison_check(words, POISON, count), i < count ? i : count);
            words[i] = POISON;
        }
    }
}

int main(void)
{
    UNIT_RUN(test_fill);
    UNIT_RUN(test_check);
    return unit_result();
}
