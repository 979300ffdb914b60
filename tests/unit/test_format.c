/* Unit test of kernel/lib/format: random conversions against the host's snprintf, then the rest. */
#include "tests/unit/unit.h"

#include "kernel/lib/format.h"

struct conversion {
    char format[64];
    unsigned stars; /* int arguments before the value */
    int star[2];
    bool is_long;
    char kind; /* the conversion's letter */
};

static char *append(char *at, const char *text)
{
    size_t length = strlen(text);

    memcpy(at, text, length + 1);
    return at + length;
}

/* The flags for which C defines a meaning with each kind. */
static const char *flags_of(char kind)
{
    switch (kind) {
    case 'd':
    case 'i':
        return "-+ 0";
    case 'u':
        return "-0";
    case 'x':
    case 'X':
    case 'o':
        return "-#0";
    default:
        return "-";
    }
}

/* Appends a small number, or a star. */
static char *append_number(char *at, struct conversion *conversion)
{
    if (unit_below(3) == 0) {
        conversion->star[conversion->stars++] = (int)unit_below(60) - 20;
        return append(at, "*");
    }
    return at + sprintf(at, "%d", 1 + (int)unit_below(40));
}

static void conversion_make(struct conversion *conversion)
{
    static const char *const lengths[] = {"", "hh", "h", "l", "ll", "z", "t", "j"};
    char *at = append(conversion->format, "<%");
    size_t length = 0;
    const char *flags;

    conversion->kind = "diuxXocsp"[unit_below(9)];
    flags = flags_of(conversion->kind);
    conversion->stars = 0;
    for (unsigned i = 0; i < 3; i++) {
        char flag[2] = {flags[unit_below(strlen(flags))], 0};

        if (unit_below(2))
            at = append(at, flag);
    }
    if (unit_below(2))
        at = append_number(at, conversion);
    if (!strchr("cp", conversion->kind) && unit_below(2)) {
        at = append(at, ".");
        if (unit_below(4))
            at = append_number(at, conversion);
    }
    if (!strchr("csp", conversion->kind))
        length = unit_below(8);
    conversion->is_long = length >= 3;
    at = append(at, lengths[length]);
    *at++ = conversion->kind;
    append(at, ">");
}

/* Prints with both functions into buffers of `size` and compares text, end and result. */
#define COMPARE(size, ...)                                                                   \
    do {                                                                                     \
        size_t size_ = (size);                                                               \
        char ours_[128], host_[128];                                                         \
        long got_, wanted_;                                                                  \
        memset(ours_, '~', sizeof(ours_));                                                   \
        memset(host_, '~', sizeof(host_));                                                   \
        got_ = (long)format_string(ours_, size_, __VA_ARGS__);                               \
        wanted_ = snprintf(host_, size_, __VA_ARGS__);                                       \
        unit_checks++;                                                                       \
        if (got_ != wanted_ || memcmp(ours_, host_, sizeof(ours_)) != 0) {                   \
            UNIT_FAIL("%s, size %zu: \"%s\" %ld, not \"%s\" %ld", conversion->format, size_, \
                      size_ ? ours_ : "", got_, size_ ? host_ : "", wanted_);                \
        }                                                                                    \
    } while (0)

#define COMPARE_STARS(size, value)                                                              \
    do {                                                                                        \
        if (conversion->stars == 0)                                                             \
            COMPARE(size, conversion->format, value);                                           \
        else if (conversion->stars == 1)                                                        \
            COMPARE(size, conversion->format, conversion->star[0], value);                      \
        else                                                                                    \
            COMPARE(size, conversion->format, conversion->star[0], conversion->star[1], value); \
    } while (0)

static long random_value(void)
{
    static const long extreme[] = {0, 1, -1, INT32_MIN, INT32_MAX, INT64_MIN, INT64_MAX, 255, 128};

    if (unit_below(3) == 0)
        return extreme[unit_below(sizeof(extreme) / sizeof(extreme[0]))];
    return (long)(unit_random() >> unit_below(64));
}

static void run_random(struct conversion *conversion)
{
    static const char *const texts[] = {"", "a", "hello, world", "0123456789012345678901234567"};
    size_t size = unit_below(4) ? 100 : unit_below(40);
    const char *text = texts[unit_below(4)];
    int character = (int)(1 + unit_below(255));
    long value = random_value();

    conversion_make(conversion);
    switch (conversion->kind) {
    case 's':
        COMPARE_STARS(size, text);
        break;
    case 'p':
        COMPARE_STARS(size, (void *)(value ? value : 1));
        break;
    case 'c':
        COMPARE_STARS(size, character);
        break;
    default:
        if (conversion->is_long)
            COMPARE_STARS(size, value);
        else
            COMPARE_STARS(size, (int)value);
        break;
    }
}

static void test_random(void)
{
    for (unsigned i = 0; i < 60000; i++) {
        struct conversion conversion;

        run_random(&conversion);
    }
}

#define CHECK_FORMAT(wanted, ...)                                                   \
    do {                                                                            \
        char text_[256];                                                            \
        CHECK_EQ(format_string(text_, sizeof(text_), __VA_ARGS__), strlen(wanted)); \
        CHECK_STR(text_, wanted);                                                   \
    } while (0)

static void test_own(void)
{
    const char *volatile none = NULL; /* volatile: the compiler warns of what it knows */
    const char *odd = "%y %5w %- %%";

    CHECK_FORMAT("", "%s", "");
    CHECK_FORMAT("100%", "%d%%", 100);
    CHECK_FORMAT("(null)", "%s", none);
    CHECK_FORMAT("  (null)", "%8s", none);
    CHECK_FORMAT("(nu", "%.3s", none);
    CHECK_FORMAT("0x0", "%p", NULL);
    CHECK_FORMAT("0xffffffff80000000", "%p", (void *)0xffffffff80000000);
    CHECK_FORMAT("1 -2 3 four 5 0x6", "%d %ld %hhu %s %c %#x", 1, -2L, (unsigned char)3, "four",
                 '5', 6u);
    CHECK_FORMAT("-9223372036854775808", "%lld", (long long)INT64_MIN);
    CHECK_FORMAT("[   ab][ab   ][00042]", "[%5s][%-5s][%05d]", "ab", "ab", 42);
    CHECK_FORMAT("%y %5w %%", odd, 0);
}

/* A string without a NUL may be printed if the precision bounds it. */
static void test_bounded_string(void)
{
    char *bytes = unit_copy("abcd", 4);

    CHECK_FORMAT("abcd", "%.4s", bytes);
    CHECK_FORMAT("abc", "%.*s", 3, bytes);
    free(bytes);
}

static void test_sizes(void)
{
    char *one = malloc(1);
    char buffer[4] = "xyz";
    volatile int least = INT32_MIN;

    CHECK_EQ(format_string(NULL, 0, "%d", 12345), 5);
    CHECK_EQ(format_string(one, 1, "%d", 12345), 5);
    CHECK_EQ(*one, 0);
    CHECK_EQ(format_string(buffer, 0, "abc"), 3);
    CHECK_STR(buffer, "xyz");
    CHECK_EQ(format_string(buffer, 4, "abcd"), 4);
    CHECK_STR(buffer, "abc");
    CHECK_EQ(format_string(buffer, 4, "%1000000d|", 7), 1000001);
    CHECK_STR(buffer, "   ");
    CHECK_EQ(format_string(buffer, 4, "%.*d", 100000, 7), 100000);
    CHECK_STR(buffer, "000");
    CHECK_EQ(format_string(buffer, 4, "%*d", least, 7), 2147483648);
    CHECK_STR(buffer, "7  ");
    free(one);
}

static char emitted[64];

static void emit_test(void *context, const char *text, size_t size)
{
    unsigned *pieces = context;

    CHECK(size > 0);
    strncat(emitted, text, size);
    ++*pieces;
}

__printf(2, 3) static size_t emit_all(unsigned *pieces, const char *fmt, ...)
{
    va_list args;
    size_t length;

    va_start(args, fmt);
    length = format_emit(emit_test, pieces, fmt, args);
    va_end(args);
    return length;
}

static void test_emit(void)
{
    unsigned pieces = 0;

    CHECK_EQ(emit_all(&pieces, "a%sb%5dc%s", "xy", 7, ""), 10);
    CHECK_STR(emitted, "axyb    7c");
    CHECK_EQ(pieces, 6);
}

int main(void)
{
    UNIT_RUN(test_random);
    UNIT_RUN(test_own);
    UNIT_RUN(test_bounded_string);
    UNIT_RUN(test_sizes);
    UNIT_RUN(test_emit);
    return unit_result();
}
