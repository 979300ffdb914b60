/* Unit test of kernel/lib/string against the host's libc and naive loops, at all alignments. */
#include "tests/unit/unit.h"

/* The names below this line mean ours; these are the host's. */
static int (*const host_memcmp)(const void *, const void *, size_t) = memcmp;
static char *(*const host_strstr)(const char *, const char *) = strstr;
static int (*const host_strcmp)(const char *, const char *) = strcmp;
static int (*const host_strncmp)(const char *, const char *, size_t) = strncmp;

#define LIMEN_STRING_RENAME
#include "kernel/lib/string.h"

#define SIZE 96

static uint8_t arena[SIZE], before[SIZE];

static void arena_fill(void)
{
    for (size_t i = 0; i < SIZE; i++)
        before[i] = arena[i] = (uint8_t)unit_random();
}

/* What the arena holds if before[from ..] was moved to `to`; all else must be untouched. */
static void check_moved(size_t to, size_t from, size_t size)
{
    for (size_t i = 0; i < SIZE; i++) {
        bool inside = i >= to && i < to + size;

        CHECK_EQ(arena[i], before[inside ? i - to + from : i]);
    }
}

static void test_memmove(void)
{
    for (size_t size = 0; size <= 40; size++) {
        for (unsigned i = 0; i < 150; i++) {
            size_t to = unit_below(SIZE - size + 1), from = unit_below(SIZE - size + 1);

            arena_fill();
            CHECK(memmove(arena + to, arena + from, size) == arena + to);
            check_moved(to, from, size);
        }
    }
}

static void test_memcpy(void)
{
    for (size_t size = 0; size <= SIZE / 2; size++) {
        for (unsigned i = 0; i < 50; i++) {
            size_t low = unit_below(SIZE / 2 - size + 1);
            size_t high = SIZE / 2 + unit_below(SIZE / 2 - size + 1);
            bool up = unit_below(2);

            arena_fill();
            memcpy(arena + (up ? high : low), arena + (up ? low : high), size);
            check_moved(up ? high : low, up ? low : high, size);
        }
    }
}

static void test_memset(void)
{
    for (size_t size = 0; size <= 40; size++) {
        for (size_t to = 0; to < 16; to++) {
            arena_fill();
            CHECK(memset(arena + to, (int)(0x300 + size), size) == arena + to);
            for (size_t i = 0; i < SIZE; i++)
                CHECK_EQ(arena[i], i >= to && i < to + size ? size : before[i]);
        }
    }
}

static int sign(int value)
{
    return (value > 0) - (value < 0);
}

static void test_memcmp_memchr(void)
{
    for (unsigned i = 0; i < 20000; i++) {
        size_t size = unit_below(12);
        uint8_t a[12], b[12];
        void *found = NULL;

        for (size_t j = 0; j < size; j++) {
            a[j] = (uint8_t)(unit_below(2) * 0xff);
            b[j] = unit_below(8) ? a[j] : 0x80;
        }
        CHECK_EQ(sign(memcmp(a, b, size)), sign(host_memcmp(a, b, size)));
        for (size_t j = size; j-- > 0;)
            found = a[j] == 0xff ? &a[j] : found;
        CHECK(memchr(a, 0x1ff, size) == found);
    }
}

/* A random string of few different letters, so that equal parts are frequent. */
static char *random_string(size_t limit)
{
    size_t length = unit_below(limit);
    char *string = malloc(length + 1);

    for (size_t i = 0; i < length; i++)
        string[i] = "ab\xe9"[unit_below(3)];
    string[length] = '\0';
    return string;
}

static void test_strings(void)
{
    for (unsigned i = 0; i < 20000; i++) {
        char *a = random_string(10), *b = random_string(unit_below(2) ? 4 : 10);
        size_t limit = unit_below(12), length = 0;
        char *first = NULL, *last = NULL;

        for (; a[length]; length++) {
            last = a[length] == 'b' ? a + length : last;
            first = first ? first : last;
        }
        CHECK_EQ(strlen(a), length);
        CHECK_EQ(strnlen(a, limit), length < limit ? length : limit);
        CHECK(strchr(a, 'b') == first);
        CHECK(strrchr(a, 'b') == last);
        CHECK(strchr(a, 0) == a + length);
        CHECK(strrchr(a, 0) == a + length);
        CHECK_EQ(sign(strcmp(a, b)), sign(host_strcmp(a, b)));
        CHECK_EQ(sign(strncmp(a, b, limit)), sign(host_strncmp(a, b, limit)));
        CHECK(strstr(a, b) == host_strstr(a, b));
        free(a);
        free(b);
    }
}

static void test_strnlen_without_nul(void)
{
    char *bytes = unit_copy("abcd", 4);

    CHECK_EQ(strnlen(bytes, 4), 4);
    CHECK_EQ(strnlen(bytes, 0), 0);
    CHECK_EQ(strncmp(bytes, "abcd", 4), 0);
    free(bytes);
}

static void test_strlcpy(void)
{
    char to[8];

    memset(to, 'x', sizeof(to));
    CHECK_EQ(strlcpy(to, "abc", sizeof(to)), 3);
    CHECK(host_memcmp(to, "abc\0xxxx", 8) == 0);
    CHECK_EQ(strlcpy(to, "12345678", sizeof(to)), 8);
    CHECK(host_memcmp(to, "1234567", 8) == 0);
    CHECK_EQ(strlcpy(to, "zz", 1), 2);
    CHECK_EQ(to[0], 0);
    CHECK_EQ(to[1], '2');
    CHECK_EQ(strlcpy(to + 1, "zz", 0), 2);
    CHECK_EQ(to[1], '2');
}

int main(void)
{
    UNIT_RUN(test_memmove);
    UNIT_RUN(test_memcpy);
    UNIT_RUN(test_memset);
    UNIT_RUN(test_memcmp_memchr);
    UNIT_RUN(test_strings);
    UNIT_RUN(test_strnlen_without_nul);
    UNIT_RUN(test_strlcpy);
    return unit_result();
}
