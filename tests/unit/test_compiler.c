/* Unit test of kernel/lib/compiler.h. */
#include "tests/unit/unit.h"

#include "kernel/lib/compiler.h"

struct sample {
    char first;
    uint64_t member;
};

static int evaluations;

static int counted(int value)
{
    evaluations++;
    return value;
}

static void test_min_max(void)
{
    CHECK_EQ(min(3, 5), 3);
    CHECK_EQ(max(3, 5), 5);
    CHECK_EQ(min(-1, 1), -1);
    CHECK_EQ(min(min(4, 2), max(1, 3)), 2);
    CHECK_EQ(max_t(unsigned, 7, 3u), 7);
    CHECK_EQ(min(7ul, 5ull), 5);
    evaluations = 0;
    CHECK_EQ(min(counted(9), counted(8)), 8);
    CHECK_EQ(evaluations, 2);
}

static void test_rounding(void)
{
    CHECK_EQ(round_up(0u, 8), 0);
    CHECK_EQ(round_up(1u, 8), 8);
    CHECK_EQ(round_up(8u, 8), 8);
    CHECK_EQ(round_down(15u, 8), 8);
    CHECK(round_up(0xffffffff00000001u, 4096) == 0xffffffff00001000u);
    CHECK(round_down(UINT64_MAX, 4096) == 0xfffffffffffff000u);
    CHECK_EQ(round_up(UINT64_MAX, 4096), 0);
    CHECK(is_aligned(0x2000u, 0x1000));
    CHECK(!is_aligned(0x2001u, 0x1000));
    CHECK(is_power_of_two(1u) && is_power_of_two(1ull << 63));
    CHECK(!is_power_of_two(0u) && !is_power_of_two(6u));
    CHECK_EQ(DIV_ROUND_UP(0u, 8u), 0);
    CHECK_EQ(DIV_ROUND_UP(9u, 8u), 2);
    CHECK_EQ(DIV_ROUND_UP(UINT64_MAX, 2u), 1ull << 63);
}

static void test_objects(void)
{
    struct sample sample = {.first = 1, .member = 2};
    uint64_t *member = &sample.member;
    int array[7];

    CHECK(container_of(member, struct sample, member) == &sample);
    CHECK_EQ(ARRAY_SIZE(array), 7);
    CHECK_EQ(READ_ONCE(sample.member), 2);
    WRITE_ONCE(sample.member, 3);
    CHECK_EQ(sample.member, 3);
}

static void test_overflow(void)
{
    uint64_t sum;
    int product;

    CHECK(!check_add_overflow(UINT64_MAX - 1, 1u, &sum));
    CHECK(sum == UINT64_MAX);
    CHECK(check_add_overflow(UINT64_MAX, 1u, &sum));
    CHECK(check_sub_overflow(0u, 1u, &sum));
    CHECK(check_mul_overflow(65536, 65536, &product));
    CHECK(!check_mul_overflow(-32768, 65536, &product));
    CHECK_EQ(product, INT32_MIN);
}

int main(void)
{
    UNIT_RUN(test_min_max);
    UNIT_RUN(test_rounding);
    UNIT_RUN(test_objects);
    UNIT_RUN(test_overflow);
    return unit_result();
}
