/* Unit test of kernel/lib/bitmap against arrays of bool. */
#include "tests/unit/unit.h"

#include "kernel/lib/bitmap.h"

#define BITS_MAX 200

static unsigned long map[BITMAP_WORDS(BITS_MAX) + 1];
static bool model[BITS_MAX + 64];

static size_t model_find(size_t bits, size_t from, bool value)
{
    while (from < bits && model[from] != value)
        from++;
    return from < bits ? from : bits;
}

static size_t model_find_run(size_t bits, size_t from, size_t count)
{
    for (; from + count <= bits; from++) {
        size_t length = 0;

        while (length < count && !model[from + length])
            length++;
        if (length == count)
            return from;
    }
    return bits;
}

static void check_all(size_t bits)
{
    size_t set = 0;

    for (size_t i = 0; i < BITS_MAX; i++)
        CHECK_EQ(bitmap_test(map, i), model[i]);
    CHECK_EQ(map[BITMAP_WORDS(BITS_MAX)], 0x5a);
    for (size_t from = 0; from <= bits; from++) {
        CHECK_EQ(bitmap_find_set(map, bits, from), model_find(bits, from, true));
        CHECK_EQ(bitmap_find_zero(map, bits, from), model_find(bits, from, false));
    }
    for (unsigned i = 0; i < 4; i++) {
        size_t from = unit_below(bits + 1), count = 1 + unit_below(70);

        CHECK_EQ(bitmap_find_zero_run(map, bits, from, count), model_find_run(bits, from, count));
    }
    for (size_t i = 0; i < bits; i++)
        set += model[i];
    CHECK_EQ(bitmap_count(map, bits), set);
}

static void test_words(void)
{
    CHECK_EQ(BITMAP_WORDS(0), 0);
    CHECK_EQ(BITMAP_WORDS(1), 1);
    CHECK_EQ(BITMAP_WORDS(64), 64 / BITS_PER_WORD);
    CHECK_EQ(BITMAP_WORDS(65), 64 / BITS_PER_WORD + 1);
    CHECK_EQ(bitmap_find_set(map, 0, 0), 0);
    CHECK_EQ(bitmap_find_zero(map, 0, 0), 0);
    CHECK_EQ(bitmap_find_zero_run(map, 0, 0, 1), 0);
    CHECK_EQ(bitmap_count(map, 0), 0);
}

static void test_random(void)
{
    map[BITMAP_WORDS(BITS_MAX)] = 0x5a;
    for (unsigned step = 0; step < 1500; step++) {
        size_t from = unit_below(BITS_MAX), count = unit_below(BITS_MAX - from + 1);
        bool value = unit_below(2);

        if (unit_below(2)) {
            count = 1;
            (value ? bitmap_set : bitmap_clear)(map, from);
        } else {
            (value ? bitmap_set_range : bitmap_clear_range)(map, from, count);
        }
        for (size_t i = 0; i < count; i++)
            model[from + i] = value;
        check_all(step % 3 ? BITS_MAX : unit_below(BITS_MAX + 1));
    }
}

int main(void)
{
    UNIT_RUN(test_words);
    UNIT_RUN(test_random);
    return unit_result();
}
