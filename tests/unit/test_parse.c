/* Unit test of kernel/lib/parse. */
#include "tests/unit/unit.h"

#include "kernel/abi/errno.h"
#include "kernel/lib/parse.h"

static void check_u64(const char *text, unsigned base, int result, uint64_t wanted)
{
    uint64_t value = 0x5555;

    CHECK_EQ(parse_u64(text, base, &value), result);
    CHECK(value == (result ? 0x5555 : wanted));
}

static void check_i64(const char *text, unsigned base, int result, int64_t wanted)
{
    int64_t value = 0x5555;

    CHECK_EQ(parse_i64(text, base, &value), result);
    CHECK(value == (result ? 0x5555 : wanted));
}

static void test_unsigned(void)
{
    check_u64("0", 10, 0, 0);
    check_u64("007", 10, 0, 7);
    check_u64("18446744073709551615", 10, 0, UINT64_MAX);
    check_u64("18446744073709551616", 10, -ERANGE, 0);
    check_u64("99999999999999999999999999", 10, -ERANGE, 0);
    check_u64("ffffffffffffffff", 16, 0, UINT64_MAX);
    check_u64("0xFFFFFFFFFFFFFFFF", 16, 0, UINT64_MAX);
    check_u64("10000000000000000", 16, -ERANGE, 0);
    check_u64("1777777777777777777777", 8, 0, UINT64_MAX);
    check_u64("2000000000000000000000", 8, -ERANGE, 0);
    check_u64("0x1F", 0, 0, 31);
    check_u64("0X1f", 0, 0, 31);
    check_u64("017", 0, 0, 15);
    check_u64("0", 0, 0, 0);
    check_u64("17", 0, 0, 17);
    check_u64("", 10, -EINVAL, 0);
    check_u64("", 0, -EINVAL, 0);
    check_u64("0x", 0, -EINVAL, 0);
    check_u64("0x", 16, -EINVAL, 0);
    check_u64("0x10", 10, -EINVAL, 0);
    check_u64("08", 0, -EINVAL, 0);
    check_u64("1 ", 10, -EINVAL, 0);
    check_u64(" 1", 10, -EINVAL, 0);
    check_u64("-1", 10, -EINVAL, 0);
    check_u64("+1", 10, -EINVAL, 0);
    check_u64("12a", 10, -EINVAL, 0);
    check_u64("9g", 16, -EINVAL, 0);
}

static void test_signed(void)
{
    check_i64("-1", 10, 0, -1);
    check_i64("+1", 10, 0, 1);
    check_i64("9223372036854775807", 10, 0, INT64_MAX);
    check_i64("9223372036854775808", 10, -ERANGE, 0);
    check_i64("-9223372036854775808", 10, 0, INT64_MIN);
    check_i64("-9223372036854775809", 10, -ERANGE, 0);
    check_i64("-0x10", 0, 0, -16);
    check_i64("-", 10, -EINVAL, 0);
    check_i64("--1", 10, -EINVAL, 0);
    check_i64("-+1", 10, -EINVAL, 0);
    check_i64("", 10, -EINVAL, 0);
}

static void test_random_numbers(void)
{
    for (unsigned i = 0; i < 5000; i++) {
        uint64_t number = unit_random() >> unit_below(64);
        char text[32];

        snprintf(text, sizeof(text), "%llu", (unsigned long long)number);
        check_u64(text, 10, 0, number);
        snprintf(text, sizeof(text), "%#llx", (unsigned long long)number);
        check_u64(text, 0, 0, number);
        snprintf(text, sizeof(text), "%lld", (long long)number);
        check_i64(text, 10, 0, (int64_t)number);
    }
}

static void test_digits(void)
{
    const char *text = "12:34x";
    const char *cursor = text;
    uint64_t value = 9;

    CHECK_EQ(parse_digits(&cursor, 10, &value), 0);
    CHECK_EQ(value, 12);
    CHECK_STR(cursor, ":34x");
    CHECK_EQ(parse_digits(&cursor, 10, &value), -EINVAL);
    CHECK_STR(cursor, ":34x");
    cursor = "99999999999999999999";
    CHECK_EQ(parse_digits(&cursor, 10, &value), -ERANGE);
    CHECK_EQ(value, 12);
}

static void check_get(const char *cmdline, const char *key, const char *wanted)
{
    char *copy = unit_copy(cmdline, strlen(cmdline) + 1);
    char value[32];

    CHECK_EQ(cmdline_get(copy, key, value, sizeof(value)), strlen(wanted));
    CHECK_STR(value, wanted);
    free(copy);
}

static void test_options(void)
{
    char value[4];

    check_get("root=/dev/ram init=/bin/sh", "init", "/bin/sh");
    check_get("  quiet\tx=1\n", "quiet", "");
    check_get("  quiet\tx=1\n", "x", "1");
    check_get("a=1 a=2 ab=3", "a", "2");
    check_get("a=1 a", "a", "");
    check_get("a=b=c", "a", "b=c");
    check_get("a=\"b c\" d", "a", "b c");
    check_get("\"a=b c\" d", "a", "b c");
    check_get("a=\"b c\"'d\"\" e", "a", "b c'd");
    check_get("a=\"open until the end", "a", "open until the end");
    check_get("a=\\\"x\\\"\\\\\\'\\n", "a", "\"x\"\\'\\n");
    check_get("a=\"\"", "a", "");
    check_get("a=", "a", "");
    check_get("a=x\\", "a", "x\\");
    CHECK_EQ(cmdline_get("abc=1 b", "ab", value, 4), -ENOENT);
    CHECK_EQ(cmdline_get("ab=1", "abc", value, 4), -ENOENT);
    CHECK_EQ(cmdline_get("", "a", value, 4), -ENOENT);
    CHECK_EQ(cmdline_get("x -- a=1", "a", value, 4), -ENOENT);
    CHECK_EQ(cmdline_get("--x a=1", "a", value, 4), 1);
    CHECK_EQ(cmdline_get("a=123", "a", value, 4), 3);
    CHECK_EQ(cmdline_get("a=1234", "a", value, 4), -ERANGE);
    CHECK_EQ(cmdline_get("a=1234 a=1", "a", value, 4), 1);
    CHECK_EQ(cmdline_get("a", "a", value, 0), -ERANGE);
    CHECK_EQ(cmdline_get("a", "a", value, 1), 0);
}

static void test_words(void)
{
    const char *cursor =
        cmdline_init_args("opt=1 \"--\" x -- sh -c \"echo \\\"hi  you\\\"\" \"\" end");
    char word[16];

    CHECK_EQ(cmdline_next(&cursor, word, sizeof(word)), 1);
    CHECK_STR(word, "sh");
    CHECK_EQ(cmdline_next(&cursor, word, sizeof(word)), 1);
    CHECK_STR(word, "-c");
    CHECK_EQ(cmdline_next(&cursor, word, sizeof(word)), 1);
    CHECK_STR(word, "echo \"hi  you\"");
    CHECK_EQ(cmdline_next(&cursor, word, sizeof(word)), 1);
    CHECK_STR(word, "");
    CHECK_EQ(cmdline_next(&cursor, word, 3), -ERANGE);
    CHECK_EQ(cmdline_next(&cursor, word, sizeof(word)), 0);
    CHECK_EQ(cmdline_next(&cursor, word, sizeof(word)), 0);
    CHECK_STR(cmdline_init_args("a b"), "");
    CHECK_STR(cmdline_init_args("a --"), "");
    CHECK_STR(cmdline_init_args("--"), "");
    CHECK_STR(cmdline_init_args(""), "");
    CHECK_STR(cmdline_init_args("a -- -- b"), "-- b");
}

static void test_whole_words(void)
{
    CHECK(parse_whole_words("one two", 7) == 4);
    CHECK(parse_whole_words("one\ttwo\n", 8) == 8);
    CHECK(parse_whole_words("one", 3) == 3);
    CHECK(parse_whole_words(" one", 4) == 1);
    CHECK(parse_whole_words("", 0) == 0);
}

/* Random lines of the characters that matter: nothing may read or write out of bounds. */
static void test_fuzz(void)
{
    for (unsigned i = 0; i < 20000; i++) {
        char line[24], word[8];
        size_t length = unit_below(sizeof(line));
        const char *cursor;
        char *copy;
        unsigned words = 0;
        int result;

        for (size_t j = 0; j < length; j++)
            line[j] = "a=\"\\ -'b"[unit_below(8)];
        line[length] = '\0';
        copy = unit_copy(line, length + 1);
        cursor = copy;
        while ((result = cmdline_next(&cursor, word, sizeof(word))) != 0) {
            CHECK(result == -ERANGE || (result == 1 && strlen(word) < sizeof(word)));
            CHECK(++words <= length);
        }
        CHECK(cursor == copy + length);
        result = cmdline_get(copy, "a", word, sizeof(word));
        CHECK(result < 0 || strlen(word) == (size_t)result);
        CHECK(cmdline_init_args(copy) <= copy + length);
        free(copy);
    }
}

int main(void)
{
    UNIT_RUN(test_unsigned);
    UNIT_RUN(test_signed);
    UNIT_RUN(test_random_numbers);
    UNIT_RUN(test_digits);
    UNIT_RUN(test_options);
    UNIT_RUN(test_words);
    UNIT_RUN(test_whole_words);
    UNIT_RUN(test_fuzz);
    return unit_result();
}
